import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Ehr, type EhrState, startEhr, TOKEN } from '../integration/fhir-server.ts'
import { forbiddenServer } from '../integration/processes.ts'
import { SOURCES } from '../integration/sources.ts'
import { type Answer, findingsOf, rulesOf, verdictOf, wordsOf } from './answer.ts'
import { at, bilirubin, bundle, chartOf, EXPECTED, INOTUZUMAB, type Key, KEYS, orderOf, type PatientRecord, prefetchOf, quantity, recordOf, requestOf, type RequestParts, type Resource, resourcesOf, RXNORM } from './record.ts'
import { type Service, startService } from './running.ts'

/** Traps of getting the data. The clean record has high bilirubin, so hold-hepatic-labs says whether the liver tests were read. */
const chart = chartOf('p1')
const record = recordOf(chart)
const full = prefetchOf(record)
const SEARCHED = KEYS.filter((key) => key !== 'patient')

let ehr: Ehr
let service: Service
let forbidden: Awaited<ReturnType<typeof forbiddenServer>>
beforeAll(async () => {
  [ehr, forbidden] = await Promise.all([startEhr(), forbiddenServer()])
  service = await startService({ FHIR_SERVERS: ehr.base, DEADLINE_MS: '1500' })
})
beforeEach(() => ehr.set({ resources: resourcesOf(record) }))
afterAll(async () => {
  await Promise.all([service.stop(), ehr.stop(), forbidden.stop()])
})

const access = () => ({ fhirServer: ehr.base, fhirAuthorization: { access_token: TOKEN, token_type: 'Bearer', expires_in: 300, scope: '', subject: 'x' } })
const call = (prefetch: unknown, more: RequestParts = {}): Promise<Answer> => service.call(requestOf(chart, { prefetch, ...more }))
const without = (...keys: readonly string[]): Record<string, unknown> => Object.fromEntries(Object.entries(full).filter(([key]) => !keys.includes(key)))
const withRecord = (change: Partial<PatientRecord>): Promise<Answer> => call(prefetchOf(recordOf(chart, change)))
const without3 = record.labs.filter(({ id }) => id !== 'p1-bilirubin')
const labsWith = (...results: readonly Resource[]): Partial<PatientRecord> => ({ labs: [...without3, ...results] })
/** What the service asks of the EHR during a call. */
async function askedDuring<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly urls: readonly string[] }> {
  const before = ehr.requests.length
  const result = await work()
  return { result, urls: ehr.requests.slice(before).map(({ url }) => decodeURIComponent(url)) }
}
const failure = (severity = 'error') => ({ resourceType: 'OperationOutcome', issue: [{ severity, code: 'exception' }] })
const REASONS = /not read|Not checked/

describe('T-01', () => {
  test('T-01: an unrelated order needs no data at all', async () => {
    const amoxicillin = { ...orderOf(chart), medicationCodeableConcept: { coding: [{ system: RXNORM, code: '723' }], text: 'Amoxicillin' } }
    expect((await call(undefined, { drafts: [amoxicillin] })).text).toBe('{"cards":[]}')
  })
})

describe('T-02 and T-06: prefetch need not be whole', () => {
  const pairs = KEYS.flatMap((one, i) => KEYS.slice(i + 1).map((other) => [one, other]))
  const halves = KEYS.map((_, i) => KEYS.filter((__, j) => (j * 5 + i) % 3 !== 0))
  test.each([...KEYS.map((key) => [key]), ...pairs, ...halves, [...KEYS]].map((missing) => ({ missing })))('T-06: what was not sent is read: $missing', async ({ missing }) => {
    const { result, urls } = await askedDuring(() => call(without(...missing), access()))
    expect(findingsOf(result)).toEqual(findingsOf(await call(full)))
    expect(result.decision?.notEvaluated).toEqual([])
    for (const key of missing as Key[]) expect(urls.some((url) => url.includes(SOURCES[key].on))).toBe(true)
  })
  test('T-02: what was sent is not asked for again', async () => {
    const { urls } = await askedDuring(() => call(without('labs'), access()))
    const again = SEARCHED.filter((key) => key !== 'labs' && urls.some((url) => url.includes(SOURCES[key].on)))
    expect(again).toEqual([])
  })
})

describe('T-03, T-05 and T-08: nothing on file', () => {
  const epicEmpty = { resourceType: 'Bundle', type: 'searchset', total: 0, entry: [{ resource: failure('warning'), search: { mode: 'outcome' } }] }
  const empties: readonly (readonly [string, unknown])[] = [['null', null], ['no entry', bundle([])], ['an empty entry', { resourceType: 'Bundle', entry: [] }], ['the EHR saying so', epicEmpty]]
  test.each(SEARCHED.flatMap((key) => empties.map(([form, value]) => ({ key, form, value }))))('T-03, T-05: $key as $form is not asked for, and is no failure', async ({ key, value }) => {
    // What a client cannot send under one key is read beside it: there is nothing of it either.
    ehr.set({ resources: resourcesOf(recordOf(chart, { [key]: [] })) })
    const { result, urls } = await askedDuring(() => call({ ...full, [key]: value }, access()))
    expect(result.status).toBe(200)
    expect(urls.filter((url) => url.includes(SOURCES[key].on))).toEqual([])
    expect(rulesOf(result)).not.toContain('data-service-incomplete')
    expect(verdictOf(result)).toEqual(verdictOf(await withRecord({ [key]: [] })))
  })
  test('T-08: a record without liver tests is 200 and says so', async () => {
    const answer = await withRecord({ labs: [] })
    expect(answer.status).toBe(200)
    expect(wordsOf(answer)).toMatch(/bilirubin/i)
    expect(rulesOf(answer)).not.toContain('hold-hepatic-labs')
  })
  test('T-08: nothing on file anywhere is 200 too', async () => {
    const answer = await call(Object.fromEntries(KEYS.map((key) => [key, null])))
    expect([answer.status, answer.cards.length > 0]).toEqual([200, true])
  })
})

describe('T-04: a failure is not an empty result', () => {
  const forms: readonly (readonly [string, (resources: readonly object[]) => unknown])[] = [
    ['an OperationOutcome', () => failure()], ['a fatal one', () => failure('fatal')], ['an entry among none', () => ({ resourceType: 'Bundle', entry: [{ resource: failure() }] })],
    ['a text', () => 'error'], ['a list', () => []], ['a number', () => 7], ['an object of nothing', () => ({})], ['a failed entry of a batch', () => ({ resourceType: 'Bundle', entry: [{ response: { status: '500' } }] })],
  ]
  test.each(forms)('T-04: labs as %s: said on a card, and no verdict on the liver', async (_, form) => {
    const answer = await call({ ...full, labs: form(record.labs) })
    expect(rulesOf(answer)).toContain('data-service-incomplete')
    expect(wordsOf(answer)).toContain('laboratory results')
    expect(answer.decision?.notEvaluated.map(({ rule }) => rule)).toContain('hold-hepatic-labs')
  })
  test('T-04: results beside an error are used, and said to be incomplete', async () => {
    const answer = await call({ ...full, labs: { resourceType: 'Bundle', entry: [...record.labs, failure()].map((resource) => ({ resource })) } })
    expect(rulesOf(answer)).toEqual(expect.arrayContaining(['data-service-incomplete', 'hold-hepatic-labs', 'hold-anc-cycle-start']))
  })
  test.each(forms.slice(0, 3))('T-04: labs as %s are read again where that is allowed', async (_, form) => {
    expect(findingsOf(await call({ ...full, labs: form(record.labs) }, access()))).toEqual(findingsOf(await call(full)))
  })
  test('T-04: a failed medication list does not count as no medication', async () => {
    const answer = await call({ ...full, medications: failure() })
    expect(rulesOf(answer)).not.toContain('ursodiol-missing')
    expect(rulesOf(answer)).not.toContain('premed-missing')
    expect(wordsOf(answer)).toMatch(REASONS)
  })
})

describe('T-07: pages', () => {
  const page = (next: string) => ({ resourceType: 'Bundle', type: 'searchset', link: [{ relation: 'next', url: next }], entry: without3.map((resource) => ({ resource })) })
  const next = () => `${ehr.base}/Observation?patient=p1&category=laboratory&_offset=0`
  test('T-07: the decisive result is on the second page', async () => {
    expect(findingsOf(await call({ ...full, labs: page(next()) }, access()))).toEqual(findingsOf(await call(full)))
  })
  test('T-07: a second page that fails is said', async () => {
    ehr.set({ faults: [{ on: '_offset=0', does: { status: 500 } }] })
    const answer = await call({ ...full, labs: page(next()) }, access())
    expect(rulesOf(answer)).toEqual(expect.arrayContaining(['data-service-incomplete', 'hold-anc-cycle-start']))
    expect(wordsOf(answer)).toContain('laboratory results')
  })
  test('T-07: without access it is said that only the first page was sent', async () => {
    expect(wordsOf(await call({ ...full, labs: page(next()) }))).toContain('laboratory results (only the first page was sent)')
  })
  test('T-07: a next page elsewhere is not fetched', async () => {
    const answer = await call({ ...full, labs: page(`${forbidden.base}/Observation?page=2`) }, access())
    expect([forbidden.contacts(), rulesOf(answer).includes('data-service-incomplete')]).toEqual([0, true])
  })
})

describe('T-09: an order of which nothing can be checked', () => {
  const faults: readonly (readonly [string, EhrState['faults']])[] = [
    ['401', [{ on: '/', does: { status: 401 } }]], ['403', [{ on: '/', does: { status: 403 } }]], ['404', [{ on: '/', does: { status: 404 } }]], ['500', [{ on: '/', does: { status: 500 } }]], ['no answer', [{ on: '/', does: 'hang' }]],
  ]
  test('T-09: without prefetch and access: 412', async () => expect((await call(undefined)).problem).toBe('data-not-obtainable'))
  test.each(faults)('T-09: with an EHR that answers %s: 412', async (_, broken) => {
    ehr.set({ faults: broken ?? [] })
    expect((await call(undefined, access())).problem).toBe('data-not-obtainable')
  })
  test.each(SEARCHED)('T-09: with %s alone: what is known is told, and what is not', async (key) => {
    const answer = await call({ [key]: full[key] })
    expect([answer.status, answer.cards.length > 0]).toEqual([200, true])
    expect(rulesOf(answer)).toContain('data-service-incomplete')
  })
})

describe('T-11 and T-12: what is never fetched', () => {
  const reference = () => ({ ...orderOf(chart), medicationCodeableConcept: undefined, medicationReference: { reference: `${forbidden.base}/Medication/1` } })
  test('T-11: a Medication on another server', async () => {
    const { urls } = await askedDuring(() => call(full, { drafts: [reference()], ...access() }))
    expect([forbidden.contacts(), urls.filter((url) => url.includes('Medication/1'))]).toEqual([0, []])
  })
  test.each(['../../Medication/1', '//other.test/Medication/1', 'Medication/1?x=http://other.test', 'Medication/../../admin', 'Patient/p2', 'Medication/a%2f..%2fb'])('T-11: a reference that leads astray: %s', async (odd) => {
    const { urls } = await askedDuring(() => call(full, { drafts: [{ ...reference(), medicationReference: { reference: odd, display: 'Inotuzumab' } }], ...access() }))
    expect(urls.filter((url) => /admin|other|Patient\/p2|%2f|\.\./i.test(url))).toEqual([])
  })
  test('T-12: a draft', async () => {
    const { urls } = await askedDuring(() => call(undefined, access()))
    expect(urls.filter((url) => /\/MedicationRequest\//.test(url))).toEqual([])
  })
})

describe('T-13: drugs of the record that have no code of their own', () => {
  const [haloperidol] = record.medications
  const named = (pointer: object) => ({ medications: [{ ...haloperidol, medicationCodeableConcept: undefined, medicationReference: pointer }] as unknown as PatientRecord['medications'] }) // sound: the type is that of haloperidol
  const drug = { resourceType: 'Medication', id: 'hal', code: { coding: [{ system: RXNORM, code: '5093' }] } }
  test('T-13: an absolute reference and a display are enough', async () => {
    expect(findingsOf(await withRecord(named({ reference: 'https://ehr.test/r4/Medication/eHal', display: 'HALOPERIDOL LACTATE 5 MG/ML IJ SOLN' })))).toEqual(findingsOf(await call(full)))
  })
  test('T-13: a reference alone is read', async () => {
    ehr.set({ resources: [...resourcesOf(record), drug] })
    const answer = await call(prefetchOf(recordOf(chart, named({ reference: 'Medication/hal' }))), access())
    expect(findingsOf(answer)).toEqual(findingsOf(await call(full)))
  })
  test.each([['without access', () => ({})], ['that is not there', access], ['elsewhere', () => access()]])('T-13: a reference %s is said to be unresolved', async (where, given) => {
    const reference = where === 'elsewhere' ? `${forbidden.base}/Medication/1` : 'Medication/none'
    const answer = await call(prefetchOf(recordOf(chart, named({ reference }))), given())
    expect(wordsOf(answer)).toContain('medication orders (some drugs not readable)')
    expect(rulesOf(answer)).toContain('data-service-incomplete')
    expect(forbidden.contacts()).toBe(0)
  })
})

describe('T-14: order and number of results', () => {
  const older = Array.from({ length: 60 }, (_, i) => chart.lab(`plt-${String(i)}`, '777-3', 100 + i, '10*9/L', { days: -30 - i }))
  test.each([
    ['reversed', record.labs.toReversed()], ['by id', record.labs.toSorted((a, b) => a.id.localeCompare(b.id))], ['interleaved', record.labs.filter((_, i) => i % 2 === 0).concat(record.labs.filter((_, i) => i % 2 === 1))],
    ['with sixty older platelet counts before them', [...older, ...record.labs]],
  ])('T-14: labs %s say the same', async (_, labs) => {
    expect(verdictOf(await withRecord({ labs }))).toEqual(verdictOf(await call(full)))
  })
  test('T-14: sixty platelet counts in pages of twenty do not push bilirubin away', async () => {
    ehr.set({ resources: [...older, ...resourcesOf(record)], pageSize: 20 })
    expect(findingsOf(await call(undefined, access()))).toEqual(findingsOf(await call(full)))
  })
})

describe('T-15: the status of a result', () => {
  const newest = (status: string, value: number): Resource => ({ ...bilirubin(chart, value, { hours: 20, status }), id: 'newest' })
  test.each([['entered-in-error', 9], ['cancelled', 9], ['unknown', 9]])('T-15: %s is skipped, however bad', async (status, value) => {
    expect(rulesOf(await withRecord(labsWith(bilirubin(chart, 0.6), newest(status, value))))).not.toContain('hold-hepatic-labs')
  })
  test.each(['entered-in-error', 'cancelled'])('T-15: %s is skipped, however good', async (status) => {
    expect(rulesOf(await withRecord(labsWith(bilirubin(chart, 3), newest(status, 0.6))))).toContain('hold-hepatic-labs')
  })
  test.each(['final', 'amended', 'corrected'])('T-15: %s decides, both ways', async (status) => {
    expect(rulesOf(await withRecord(labsWith(bilirubin(chart, 0.6), newest(status, 3))))).toContain('hold-hepatic-labs')
    expect(rulesOf(await withRecord(labsWith(bilirubin(chart, 3), newest(status, 0.6))))).not.toContain('hold-hepatic-labs')
  })
  test('T-15: preliminary may alarm but clears nothing', async () => {
    expect(rulesOf(await withRecord(labsWith(bilirubin(chart, 0.6), newest('preliminary', 3))))).toContain('hold-hepatic-labs')
    expect(rulesOf(await withRecord(labsWith(bilirubin(chart, 3), newest('preliminary', 0.6))))).toContain('hold-hepatic-labs')
  })
})

describe('T-16: units', () => {
  const reported = (valueQuantity: object, high: object | undefined): Resource => ({ ...bilirubin(chart), valueQuantity, referenceRange: high === undefined ? [] : [{ high }] })
  test.each([
    ['µmol/L', quantity(51.3, 'umol/L'), quantity(20.5, 'umol/L'), true], ['µmol/L within limits', quantity(20, 'umol/L'), quantity(20.5, 'umol/L'), false], ['mg/dL only in unit', { value: 3, unit: 'mg/dl' }, { value: 1.2, unit: 'mg/dl' }, true],
    ['a range without unit', { value: 3, unit: 'mg/dL' }, { value: 1.2 }, true], ['a range in another unit', quantity(51.3, 'umol/L'), quantity(1.2, 'mg/dL'), true], ['a bound', { ...quantity(3, 'mg/dL'), comparator: '>' }, quantity(1.2, 'mg/dL'), true],
  ])('T-16: bilirubin in %s', async (_, value, high, holds) => {
    expect(rulesOf(await withRecord(labsWith(reported(value, high)))).includes('hold-hepatic-labs')).toBe(holds)
  })
  test.each([['ukat/L', 2.2, 0.67, true], ['ukat/L', 1.6, 0.67, false], ['nkat/L', 2200, 670, true]])('T-16: AST in %s (%d of %d)', async (unit, value, high, holds) => {
    const ast = chart.lab('ast-now', '1920-8', value, unit, { high, days: -1 })
    const answer = await withRecord({ labs: [...without3.filter(({ id }) => id !== ast.id), bilirubin(chart, 0.6), ast] })
    expect(rulesOf(answer).includes('hold-hepatic-labs')).toBe(holds)
  })
  test.each([['no unit', { value: 3 }, quantity(1.2, 'mg/dL')], ['an unknown unit', { value: 3, unit: 'furlong' }, quantity(1.2, 'mg/dL')], ['no limit of normal', quantity(3, 'mg/dL'), undefined]])('T-16: with %s nothing is guessed, and it is said', async (_, value, high) => {
    const answer = await withRecord(labsWith(reported(value, high)))
    expect(rulesOf(answer)).not.toContain('hold-hepatic-labs')
    expect(wordsOf(answer)).toMatch(/bilirubin/i)
  })
})

describe('T-17: resources of another patient', () => {
  const stranger = { reference: 'Patient/p2' }
  test.each([['subject', { subject: stranger }], ['absolute subject', { subject: { reference: 'https://ehr.test/r4/Patient/p2' } }], ['urn', { subject: { reference: 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0' } }]])('T-17: a result with another %s is not used', async (_, change) => {
    const answer = await withRecord(labsWith(bilirubin(chart, 0.6), { ...bilirubin(chart, 9, { hours: 20 }), id: 'stray', ...change }))
    expect(rulesOf(answer)).not.toContain('hold-hepatic-labs')
  })
  test('T-17: doses given to another patient do not count', async () => {
    const administrations = [...record.administrations, { resourceType: 'MedicationAdministration', id: 'stray', status: 'completed', medicationCodeableConcept: INOTUZUMAB, subject: stranger, effectiveDateTime: at(-2) }]
    expect(findingsOf(await withRecord({ administrations }))).toEqual(findingsOf(await call(full)))
  })
  test('T-17: a Bundle of another patient alone is not an empty record', async () => {
    const answer = await call({ ...full, medications: bundle(recordOf(chartOf('p2')).medications) })
    expect(rulesOf(answer)).toContain('data-service-incomplete')
    expect(rulesOf(answer)).not.toContain('ursodiol-missing')
  })
})

test('the clean record finds what every test here relies on', async () => {
  const answer = await call(full)
  expect(rulesOf(answer)).toEqual(expect.arrayContaining([...EXPECTED]))
  expect(answer.decision?.notEvaluated).toEqual([])
})
