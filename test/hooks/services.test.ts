import { expect, it } from 'vitest'
import { discovery, SERVICES, serviceOf } from '../../src/hooks/services.ts'

const prefetch = { 'inotuzumab-order-sign': { patient: 'Patient/{{context.patientId}}', labs: 'Observation?patient={{context.patientId}}', allergies: 'AllergyIntolerance?patient={{context.patientId}}' } }

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
  const [select, sign] = discovery(prefetch).services
  expect(select).not.toHaveProperty('prefetch')
  expect(Object.keys(sign?.prefetch ?? {})).toEqual(['patient', 'labs', 'allergies'])
})

it('gives the same bytes every time', () => {
  expect(JSON.stringify(discovery(prefetch))).toBe(JSON.stringify(discovery(structuredClone(prefetch))))
})

it('finds a service by its id only', () => {
  expect(serviceOf('inotuzumab-order-sign')).toBe(SERVICES[1])
  for (const id of ['order-sign', 'INOTUZUMAB-ORDER-SIGN', '', '__proto__', 'toString']) expect(serviceOf(id)).toBeUndefined()
})
