import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoData } from '../../src/commands/demo-data.ts'
import { loadDemoData } from '../../src/sandbox/demo-data.ts'
import { ehr, json, status } from '../fhir/ehr-server.ts'
import { fastify } from 'fastify'
import { fhirServer } from '../../src/sandbox/fhir-server.ts'

describe('the demo patients', () => {
  const app = fastify()
  let base = ''
  beforeAll(async () => {
    const fhir = fhirServer()
    await fhir.load([])
    await fhir.mount(app)
    base = `${await app.listen({ host: '127.0.0.1', port: 0 })}/fhir`
  })
  afterAll(() => app.close())

  const patients = async (): Promise<number> => ((await (await fetch(`${base}/Patient?_summary=count`)).json()) as { total: number }).total // sound: a searchset tells its total

  test('are loaded into an empty FHIR server, and again without doubling', async () => {
    expect(await patients()).toBe(0)
    const { ok, lines } = await demoData([`${base}/`])
    const loaded = await patients()
    expect([ok, loaded > 5, lines[0]?.startsWith(`${String(loaded)} patients: `)]).toEqual([true, true, true])
    await demoData([base])
    expect(await patients()).toBe(loaded)
    expect((await fetch(`${base}/Observation?patient=low-anc`)).status).toBe(200)
  })

  test('wait for a server that is still starting', async () => {
    let asked = 0
    const server = await ehr({ metadata: (response, request) => {
      asked += 1
      return asked === 1 ? status(503)(response, request) : json({ fhirVersion: '4.0.1' })(response, request)
    } })
    await expect(loadDemoData(server.base)).rejects.toThrow(/the server answered 404/)
    expect(asked).toBe(2)
  })

  test('are kept from a server of another version', async () => {
    const server = await ehr({ metadata: json({ fhirVersion: '5.0.0' }) })
    await expect(loadDemoData(server.base)).rejects.toThrow('FHIR 5.0.0')
    expect(server.requests.map(({ method }) => method)).toEqual(['GET'])
  })

  test('are given up when nobody answers', async () => {
    await expect(loadDemoData('http://127.0.0.1:1/fhir', { patienceMs: 0 })).rejects.toThrow('no FHIR server answered')
  })

  test('need an address', async () => {
    expect(await demoData(['nowhere'])).toMatchObject({ ok: false })
  })
})
