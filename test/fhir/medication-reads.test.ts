import { describe, expect, it } from 'vitest'
import { openServer } from '../../src/fhir/client.ts'
import { medicationFrom, medicationsFrom } from '../../src/fhir/medication-reads.ts'
import { ehr, json, status } from './ehr-server.ts'
import { any } from './records.ts'

const open = new AbortController().signal
const drug = (id: string) => json({ resourceType: 'Medication', id, code: { text: 'x' } })

describe('the Medication of an order', () => {
  it.each([['relative', () => 'Medication/d1'], ['absolute', (base: string) => `${base}/Medication/d1`], ['versioned', () => 'Medication/d1/_history/2']])('is read by a %s reference', async (_, of) => {
    const server = await ehr({ 'Medication/d1': drug('d1') })
    expect(await medicationFrom(openServer(server.access), of(server.base), open)).toMatchObject({ resourceType: 'Medication', id: 'd1' })
    expect(server.requests.map(({ url }) => url)).toEqual(['/fhir/Medication/d1'])
  })
  it.each(['MedicationRequest/draft-1', 'Medication', 'Medication/', 'Medication/d1/$x', 'Medication?code=x', 'Medication/d1?x=y', 'x/Medication/d1', '#d1', 'urn:uuid:d1', ''])('is not looked for at %j', async (reference) => {
    const server = await ehr({ 'Medication/d1': drug('d1') })
    expect(await medicationFrom(openServer(server.access), reference, open)).toEqual({ why: 'elsewhere' })
    expect(server.requests).toEqual([])
  })
  it('is not looked for on another server', async () => {
    const forbidden = await ehr({ 'Medication/d1': drug('d1') })
    const server = await ehr()
    expect(await medicationFrom(openServer(server.access), `${forbidden.base}/Medication/d1`, open)).toEqual({ why: 'elsewhere' })
    expect(forbidden.requests).toEqual([])
  })
  it('that is something else is unreadable', async () => {
    const server = await ehr({ 'Medication/d1': json(any('Observation', 'd1')) })
    expect(await medicationFrom(openServer(server.access), 'Medication/d1', open)).toEqual({ why: 'unreadable' })
  })
})

describe('several Medications', () => {
  it('are read once each, and failures are counted', async () => {
    const server = await ehr({ 'Medication/d1': drug('d1'), 'Medication/d2': drug('d2'), 'Medication/d3': status(500) })
    const references = ['Medication/d1', `${server.base}/Medication/d1`, 'Medication/d2', 'Medication/d3', 'https://other.test/Medication/d4']
    const { found, failed } = await medicationsFrom(openServer(server.access), references, open)
    expect([found.map(({ id }) => id), failed, server.requests.length]).toEqual([['d1', 'd2'], 2, 3])
  })
  it('are not read without end', async () => {
    const references = Array.from({ length: 60 }, (_, i) => `Medication/d${i}`)
    const server = await ehr(Object.fromEntries(references.map((reference) => [reference, drug(reference.slice(11))])))
    const { found, failed } = await medicationsFrom(openServer(server.access), references, open)
    expect([found.length, failed, server.requests.length]).toEqual([40, 20, 40])
  })
  it('may be none', async () => expect(await medicationsFrom(openServer((await ehr()).access), [], open)).toEqual({ found: [], failed: 0 }))
})
