import { expect, it } from 'vitest'
import { discovery, SERVICES, serviceOf } from '../../src/hooks/services.ts'

const announcement = { types: ['Patient', 'Observation'], prefetch: { patient: 'Patient/{{context.patientId}}', labs: 'Observation?patient={{context.patientId}}', allergies: 'AllergyIntolerance?patient={{context.patientId}}' } }

it('announces one service for each hook, each under its own id', () => {
  const { services } = discovery({})
  expect(services.map(({ id, hook }) => [id, hook])).toEqual([
    ['inotuzumab-order-select', 'order-select'], ['inotuzumab-order-sign', 'order-sign'], ['inotuzumab-patient-view', 'patient-view'],
  ])
  for (const { id, title, description } of services) {
    expect(id).toMatch(/^[a-z0-9-]{1,100}$/)
    expect([title, description].every((text) => text.length > 10)).toBe(true)
  }
})

it('names the version of the specification and of the hooks, not of the software', () => {
  for (const service of discovery({}).services) expect(service).toMatchObject({ version: '2.0.1', hookVersion: '1.0' })
})

it('leaves prefetch out where there is none, and keeps the order of its keys', () => {
  for (const service of discovery({}).services) expect(service).not.toHaveProperty('prefetch')
  for (const service of discovery(announcement).services) expect(Object.keys(service.prefetch ?? {})).toEqual(['patient', 'labs', 'allergies'])
})

it('gives the same bytes every time', () => {
  expect(JSON.stringify(discovery(announcement))).toBe(JSON.stringify(discovery(structuredClone(announcement))))
})

it('finds a service by its id only', () => {
  for (const { id, hook } of SERVICES) expect(serviceOf(id)).toEqual({ id, hooks: [hook] })
  for (const id of ['order-sign', 'INOTUZUMAB-ORDER-SIGN', '', '__proto__', 'toString']) expect(serviceOf(id)).toBeUndefined()
})

it('says which data are needed, and what happens without them', () => {
  for (const { usageRequirements } of discovery(announcement).services) expect(usageRequirements).toMatch(/^Answers only .* Needs FHIR R4 data of the patient \(Patient, Observation\) by prefetch.*412/)
})

it('can announce all hooks under one id, each once, and then answers them all there', () => {
  const { services } = discovery({ ...announcement, ids: 'shared' })
  expect(services.map(({ id, hook }) => [id, hook])).toEqual([['inotuzumab', 'order-select'], ['inotuzumab', 'order-sign'], ['inotuzumab', 'patient-view']])
  expect(serviceOf('inotuzumab')).toEqual({ id: 'inotuzumab', hooks: ['order-select', 'order-sign', 'patient-view'] })
})
