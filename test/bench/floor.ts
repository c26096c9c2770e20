import fastify from 'fastify'

/** The floor of the measurements: parses the body, returns one fixed card. */
const app = fastify({ bodyLimit: 64 * 1024 * 1024 })
const card = { uuid: 'afc422da-3d85-4041-a6e7-e09e9025f6f1', summary: 'A fixed card', indicator: 'info', source: { label: 'floor' }, detail: 'x'.repeat(2000) }
app.post('/cds-services/:id', () => ({ cards: [card] }))
const address = await app.listen({ host: '127.0.0.1', port: 0 })
console.log(JSON.stringify({ address }))
