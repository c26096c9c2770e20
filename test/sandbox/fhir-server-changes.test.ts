import { fastify } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fhirServer } from '../../src/sandbox/fhir-server.ts'
import { bundle, json, type Running, runSandbox } from './running.ts'

let sandbox: Running
let fhir: string
beforeAll(async () => {
  sandbox = await runSandbox()
  fhir = `${sandbox.base}/fhir`
})
afterAll(() => sandbox.close())

describe('change', () => {
  const flag = { resourceType: 'Flag', status: 'active', code: { text: 'Falls' }, subject: { reference: 'Patient/ready' } }
  const send = (method: string, path: string, body?: unknown, type = 'application/fhir+json') =>
    fetch(`${fhir}/${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': type } }) })

  test('a resource is created under an id of the server, updated, and deleted', async () => {
    const created = await send('POST', 'Flag', { ...flag, id: 'mine' })
    expect(created.status).toBe(201)
    const { id } = await json<{ id: string }>(created)
    expect(id).not.toBe('mine')
    expect(created.headers.get('location')).toMatch(`${fhir}/Flag/${id}/_history/`)
    expect((await send('PUT', `Flag/${id}`, { ...flag, id, status: 'inactive' }, 'application/json')).status).toBe(200)
    expect(await json(fetch(`${fhir}/Flag/${id}`))).toMatchObject({ status: 'inactive' })
    expect((await bundle(fetch(`${fhir}/Flag?patient=ready`))).total).toBe(1)
    expect((await send('DELETE', `Flag/${id}`)).status).toBe(200)
    expect((await fetch(`${fhir}/Flag/${id}`)).status).toBe(404)
    expect((await bundle(fetch(`${fhir}/Flag?patient=ready`))).total).toBe(0)
  })

  test('an update of an old version is refused', async () => {
    const { id } = await json<{ id: string }>(send('POST', 'Flag', flag))
    const stale = await fetch(`${fhir}/Flag/${id}`, { method: 'PUT', body: JSON.stringify({ ...flag, id }), headers: { 'content-type': 'application/fhir+json', 'if-match': 'W/"other"' } })
    expect(stale.status).toBe(412)
    await send('DELETE', `Flag/${id}`)
  })

  test.each([
    ['another type than the address', 'POST', 'Patient', flag, 400], ['another id than the address', 'PUT', 'Flag/a', { ...flag, id: 'b' }, 400], ['no resource', 'PUT', 'Flag/a', [], 400], ['nothing', 'POST', 'Flag', null, 400],
  ])('a body that is %s is refused', async (_what, method, path, body, status) => expect((await send(method, path, body)).status).toBe(status))

  test('a body that is no JSON is refused, and so is another content type', async () => {
    expect((await fetch(`${fhir}/Flag`, { method: 'POST', body: '{', headers: { 'content-type': 'application/fhir+json' } })).status).toBe(400)
    expect((await fetch(`${fhir}/Flag`, { method: 'POST', body: '<Flag/>', headers: { 'content-type': 'application/fhir+xml' } })).status).toBe(415)
  })

  test('a transaction keeps the ids it puts', async () => {
    const entry = [{ resource: { ...flag, id: 'put' }, request: { method: 'PUT', url: 'Flag/put' } }]
    expect((await send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry })).status).toBe(200)
    expect((await fetch(`${fhir}/Flag/put`)).status).toBe(200)
    await send('DELETE', 'Flag/put')
  })
})

describe('access', () => {
  test('with a token, only metadata is open', async () => {
    const app = fastify()
    await fhirServer({ token: 's3cret' }).mount(app)
    const base = await app.listen({ port: 0, host: '127.0.0.1' })
    const status = async (path: string, authorization?: string) => (await fetch(`${base}/fhir/${path}`, { headers: authorization ? { authorization } : {} })).status
    expect(await status('metadata')).toBe(200)
    expect(await status('Patient')).toBe(401)
    expect(await status('Patient', 'Bearer other')).toBe(401)
    expect(await status('Patient', 'Bearer s3cret')).toBe(200)
    await app.close()
  })
})
