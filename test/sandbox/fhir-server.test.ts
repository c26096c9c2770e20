import type { CapabilityStatement, Observation } from 'fhir/r4.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundle, json, outcome, resourcesOf, type Running, runSandbox } from './running.ts'

let sandbox: Running
let fhir: string
beforeAll(async () => {
  sandbox = await runSandbox(() => new Date('2026-11-21T09:00:00Z'))
  fhir = `${sandbox.base}/fhir`
})
afterAll(() => sandbox.close())

const observations = async (query: string): Promise<readonly Observation[]> =>
  resourcesOf(await bundle(fetch(`${fhir}/Observation?${query}`))).filter((resource): resource is Observation => resource.resourceType === 'Observation')

const ids = async (query: string): Promise<readonly string[]> => (await observations(query)).map(({ id }) => id ?? '')

describe('capabilities', () => {
  test('metadata says FHIR R4, the resource types and their search parameters', async () => {
    const response = await fetch(`${fhir}/metadata`)
    const statement = await json<CapabilityStatement>(response)
    expect(response.headers.get('content-type')).toMatch('application/fhir+json')
    expect(statement).toMatchObject({ resourceType: 'CapabilityStatement', fhirVersion: '4.0.1', kind: 'instance', status: 'active' })
    const observation = statement.rest?.[0]?.resource?.find(({ type }) => type === 'Observation')
    expect(observation?.searchParam?.map(({ name }) => name)).toEqual(expect.arrayContaining(['patient', 'subject', 'code', 'category', 'date', 'status', '_id']))
  })
})

describe('read', () => {
  test('answers a resource with its version as an ETag', async () => {
    const response = await fetch(`${fhir}/Patient/helen`)
    expect(response.status).toBe(200)
    expect(response.headers.get('etag')).toMatch(/^W\/".+"$/)
    expect(await json(response)).toMatchObject({ resourceType: 'Patient', id: 'helen', gender: 'female', birthDate: '1986-07-21' })
  })

  test.each([['an unknown id', 'Patient/nobody', 404], ['a type that is not in R4', 'Potion/1', 404], ['an unknown address', 'Patient/helen/x/y/z', 404]])('%s is an OperationOutcome', async (_what, path, status) => {
    const response = await fetch(`${fhir}/${path}`)
    expect(response.status).toBe(status)
    expect(await outcome(response)).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ severity: 'error' }] })
  })
})

describe('search', () => {
  test('by patient finds that patient’s resources only, with fullUrl and mode match', async () => {
    const found = await bundle(fetch(`${fhir}/Observation?patient=helen`))
    expect(found).toMatchObject({ resourceType: 'Bundle', type: 'searchset', total: 14 })
    expect(found.entry).toHaveLength(14)
    for (const { fullUrl, resource, search } of found.entry ?? []) {
      expect(fullUrl).toBe(`${fhir}/Observation/${resource?.id ?? ''}`)
      expect(resource).toMatchObject({ subject: { reference: 'Patient/helen' } })
      expect(search?.mode).toBe('match')
    }
  })

  test.each([
    ['an id', 'patient=helen'], ['a reference', 'patient=Patient/helen'], ['the subject', 'subject=Patient/helen'], ['the subject by id', 'subject=helen'], ['a typed subject', 'subject:Patient=helen'],
  ])('the patient may be given as %s', async (_what, query) => expect(await observations(query)).toHaveLength(14))

  test('the patient may be given as an address of this server', async () =>
    expect(await observations(`patient=${encodeURIComponent(`${fhir}/Patient/helen`)}`)).toHaveLength(14))

  test('several patients are united', async () => expect(await observations('patient=helen,howard')).toHaveLength(14 + 29))

  test('a patient nobody knows has no results and no entry member', async () => {
    const none = await bundle(fetch(`${fhir}/Observation?patient=nobody`))
    expect(none).toMatchObject({ total: 0 })
    expect(none).not.toHaveProperty('entry')
  })

  test.each(['AllergyIntolerance', 'Condition', 'CarePlan', 'Encounter', 'Immunization', 'MedicationAdministration', 'MedicationRequest', 'Observation', 'QuestionnaireResponse', 'ServiceRequest'])('%s can be searched by patient', async (type) => {
    const found = await bundle(fetch(`${fhir}/${type}?patient=interruption-14d&_count=1000`))
    expect(found.total).toBeGreaterThan(0)
    expect(JSON.stringify(found.entry)).not.toContain('Patient/ready')
  })

  test('a code may come with or without its system, and in a list', async () => {
    expect(await ids('patient=ready&code=http://loinc.org|777-3')).toEqual(['ready-plt-1'])
    expect(await ids('patient=ready&code=777-3')).toEqual(['ready-plt-1'])
    expect(await ids('patient=ready&code=http://snomed.info/sct|777-3')).toEqual([])
    expect((await ids('patient=ready&code=http://loinc.org|777-3,http://loinc.org|751-8')).toSorted()).toEqual(['ready-anc-1', 'ready-plt-1'])
  })

  test('category and status filter', async () => {
    expect(await ids('patient=ready&category=vital-signs')).toEqual(['ready-height-1', 'ready-weight-1'])
    expect(await ids('patient=ready&category=http://terminology.hl7.org/CodeSystem/observation-category|vital-signs&status=preliminary')).toEqual([])
    expect(await ids('patient=ready&category=vital-signs&status=final,amended')).toHaveLength(2)
    expect(await ids('patient=ready&category:not=laboratory')).toEqual(['ready-height-1', 'ready-qtcf-1', 'ready-ecog-1', 'ready-weight-1'])
  })

  test.each([
    ['ge2026-11-20', ['liver-hold-bili-2']], ['ge2026-11-21', []], ['2026-11-20', ['liver-hold-bili-2']], ['lt2026-11-20', ['liver-hold-bili-1']],
    ['gt2026-11-20T07:29:59Z', ['liver-hold-bili-2']], ['le2026-11-13', ['liver-hold-bili-1']], ['ge2026-11-20T09:30:00%2B02:00', ['liver-hold-bili-2']], ['ge2026-11-20T09:31:00%2B02:00', []],
  ])('date=%s', async (date, expected) => expect(await ids(`patient=liver-hold&code=1975-2&date=${date}`)).toEqual(expected))

  test('two dates are a period', async () => expect(await ids('patient=liver-hold&code=1975-2&date=ge2026-11-13&date=lt2026-11-14')).toEqual(['liver-hold-bili-1']))

  test('sorts by date, newest first, and by several rules', async () => {
    expect(await ids('patient=liver-hold&code=1975-2&_sort=-date')).toEqual(['liver-hold-bili-2', 'liver-hold-bili-1'])
    expect(await ids('patient=liver-hold&code=1975-2&_sort=date')).toEqual(['liver-hold-bili-1', 'liver-hold-bili-2'])
    expect(await ids('patient=liver-hold&code=1975-2,1742-6&_sort=-date,_id')).toEqual(['liver-hold-alt-2', 'liver-hold-bili-2', 'liver-hold-alt-1', 'liver-hold-bili-1'])
  })

  test('_id finds one resource, and several', async () => {
    expect(await ids('_id=ready-plt-1')).toEqual(['ready-plt-1'])
    expect(await ids('_id=ready-plt-1,ready-anc-1')).toHaveLength(2)
  })

  test('pages are followed by their next links until all is seen once', async () => {
    const seen: string[] = []
    let page: string | undefined = `${fhir}/Observation?patient=ready&_count=10&_sort=-date`
    const totals = new Set<number | undefined>()
    while (page !== undefined) {
      const found = await bundle(fetch(page))
      expect(found.link?.find(({ relation }) => relation === 'self')?.url).toContain('_count=10')
      seen.push(...resourcesOf(found).map(({ id }) => id ?? ''))
      totals.add(found.total)
      page = found.link?.find(({ relation }) => relation === 'next')?.url
    }
    expect([...totals]).toEqual([seen.length])
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen.length).toBeGreaterThan(20)
  })

  test('a page holds 100 resources unless told otherwise', async () => {
    const found = await bundle(fetch(`${fhir}/Observation`))
    expect(found.entry).toHaveLength(100)
    expect(found.link?.map(({ relation }) => relation)).toEqual(['self', 'next'])
  })

  test('_count=0 and _summary=count answer the total alone', async () => {
    for (const query of ['_count=0', '_summary=count']) {
      const found = await bundle(fetch(`${fhir}/Observation?patient=helen&${query}`))
      expect(found).toMatchObject({ total: 14 })
      expect(found).not.toHaveProperty('entry')
      expect(found.link?.map(({ relation }) => relation)).toEqual(['self'])
    }
  })

  test('_include brings the patient along, marked as such', async () => {
    const found = await bundle(fetch(`${fhir}/Observation?_id=ready-plt-1&_include=Observation:subject`))
    expect(found.total).toBe(1)
    expect(found.entry?.map(({ resource, search }) => [resource?.id, search?.mode])).toEqual([['ready-plt-1', 'match'], ['ready', 'include']])
  })

  test('POST _search reads its form, and its next link is a GET', async () => {
    const form = new URLSearchParams({ patient: 'ready', code: 'http://loinc.org|777-3,http://loinc.org|751-8', _count: '1' })
    const found = await bundle(fetch(`${fhir}/Observation/_search`, { method: 'POST', body: form }))
    expect(found).toMatchObject({ total: 2, type: 'searchset' })
    const next = await bundle(fetch(found.link?.find(({ relation }) => relation === 'next')?.url ?? ''))
    expect(next.entry).toHaveLength(1)
  })

  test.each([
    ['an unknown parameter', 'Observation?patient=helen&colour=red'], ['a parameter of another type', 'AdverseEvent?patient=helen'], ['a parameter that cannot be compared here', 'Observation?value-quantity=gt3'],
    ['an unknown modifier', 'Observation?code:in=x'], ['a chained parameter', 'Observation?subject.name=Helen'], ['an unknown sort', 'Observation?_sort=colour'], ['a date that is none', 'Observation?date=yesterday'],
    ['an unknown include', 'Observation?_include=Observation:colour'], ['a reverse include', 'Patient?_revinclude=Observation:subject'], ['an unencoded plus, which is a space', 'Observation?date=ge2026-11-20T09:30:00+02:00'],
  ])('%s is refused with 400 and repeats no value', async (_what, query) => {
    const response = await fetch(`${fhir}/${query}`)
    expect(response.status).toBe(400)
    const body = await outcome(response)
    expect(body).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ severity: 'error' }] })
    expect(JSON.stringify(body)).not.toMatch(/red|yesterday|Helen|colour/)
  })
})
