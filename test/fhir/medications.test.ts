import type { Resource } from 'fhir/r4.js'
import { describe, expect, test } from 'vitest'
import { openServer } from '../../src/fhir/client.ts'
import { gatherFrom } from '../../src/fhir/gathering.ts'
import { ehr, json } from './ehr-server.ts'
import { any, bundle, FULL, PATIENT, plans } from './records.ts'

const order = (medicationReference: object, more: object = {}): object => any('MedicationRequest', 'm2', { medicationReference, ...more })
const gathered = async (sent: object, access?: Awaited<ReturnType<typeof ehr>>['access']) => {
  const { resources, sources } = await gatherFrom({ patientId: PATIENT, prefetch: { ...FULL, medications: bundle(sent) }, plans, server: access && openServer(access), signal: AbortSignal.timeout(5_000) })
  return { medications: resources.filter(({ resourceType }: Resource) => resourceType === 'Medication').map(({ id }) => id), state: sources.get('medications') }
}
const UNNAMED = { state: 'partial', reason: 'unnamed-drugs', why: 'some drugs not readable' }
const READ = { state: 'read' }

describe('an order that names its drug by reference alone', () => {
  test('is completed from the EHR, once for all orders', async () => {
    const server = await ehr({ 'Medication/d1': json({ resourceType: 'Medication', id: 'd1' }) })
    const { resources, sources } = await gatherFrom({
      patientId: PATIENT, plans, server: openServer(server.access), signal: AbortSignal.timeout(5_000),
      prefetch: { ...FULL, medications: bundle(order({ reference: 'Medication/d1' }), any('MedicationRequest', 'm3', { medicationReference: { reference: `${server.base}/Medication/d1` } })) },
    })
    expect(resources.filter(({ resourceType }) => resourceType === 'Medication')).toHaveLength(1)
    expect(sources.get('medications')).toEqual(READ)
    expect(server.requests.map(({ url }) => url)).toEqual(['/fhir/Medication/d1'])
  })
  test('makes its source incomplete when the Medication is not there', async () => {
    expect(await gathered(order({ reference: 'Medication/d1' }), (await ehr()).access)).toEqual({ medications: [], state: UNNAMED })
  })
  test('makes its source incomplete without access', async () => {
    expect(await gathered(order({ reference: 'Medication/d1' }))).toEqual({ medications: [], state: UNNAMED })
  })
  test.each([
    ['it has a display', order({ reference: 'Medication/d1', display: 'Haloperidol' })], ['the Medication is contained', order({ reference: '#d1' }, { contained: [{ resourceType: 'Medication', id: 'd1' }] })],
    ['it has a concept too', order({ reference: 'Medication/d1' }, { medicationCodeableConcept: { text: 'x' } })], ['it has neither', order({})],
  ])('is left as it is when %s', async (_, sent) => {
    const server = await ehr({ 'Medication/d1': json({ resourceType: 'Medication', id: 'd1' }) })
    expect(await gathered(sent, server.access)).toEqual({ medications: [], state: READ })
    expect(server.requests).toEqual([])
  })
})
