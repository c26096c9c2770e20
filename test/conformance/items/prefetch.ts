import { expect } from 'vitest'
import { SOURCES } from '../../integration/sources.ts'
import { type Answer, findingsOf, rulesOf, verdictOf, wordsOf } from '../../requests/answer.ts'
import { bilirubin, bundle, type Chart, EXPECTED, type HookBody, INOTUZUMAB, KEYS, orderOf, type PatientRecord, prefetchOf, quantity, requestOf, type Resource, resourcesOf } from '../../requests/record.ts'
import { FORMS, MEDICATION } from '../../requests/six-forms.ts'
import { item, type Need } from '../checklist.ts'
import { access, newChart, order, recordFor, sentAlong, toBeRead } from '../patient.ts'
import { call, stage } from '../stage.ts'

/** Getting the data: prefetch in every form, and the FHIR server for what is missing. */
const EHR: { readonly needs: readonly Need[] } = { needs: ['ehr'] }
const failure = (severity = 'error') => ({ resourceType: 'OperationOutcome', issue: [{ severity, code: 'exception' }] })
const saysNothing = { resourceType: 'Bundle', type: 'searchset', total: 0, entry: [{ resource: failure('warning'), search: { mode: 'outcome' } }] }
const SAFETY = KEYS.filter((key) => key !== 'immunizations')

/** What the service asked of the EHR, decoded. */
const asked = async (): Promise<readonly string[]> => (await stage().ehr.seen()).asked.map(({ url }) => decodeURIComponent(url))

interface Case { readonly chart: Chart; readonly record: PatientRecord; readonly prefetch: Record<string, unknown> }
function aCase(change: Partial<PatientRecord> = {}): Case {
  const chart = newChart()
  const record = recordFor(chart, change)
  return { chart, record, prefetch: prefetchOf(record) }
}

/** Calls with part of the prefetch; the FHIR server holds the whole record. */
async function callWith({ chart, record }: Case, prefetch: unknown, more: object = {}): Promise<Answer> {
  await stage().ehr.set({ resources: resourcesOf(record), ...more })
  return call(requestOf(chart, { drafts: [order(chart)], prefetch, ...access() }))
}
const clean = ({ chart, prefetch }: Case): Promise<Answer> => call(requestOf(chart, { drafts: [order(chart)], prefetch }))
const without = (prefetch: Readonly<Record<string, unknown>>, ...keys: readonly string[]) => Object.fromEntries(Object.entries(prefetch).filter(([key]) => !keys.includes(key)))
const sent = ({ chart }: Case, prefetch: unknown): Promise<Answer> => call(requestOf(chart, { drafts: [order(chart)], prefetch }))

/** Whether the answer says that liver tests could not be judged. */
function expectUnread(answer: Answer): void {
  expect(rulesOf(answer)).toContain('data-service-incomplete')
  expect(wordsOf(answer)).toContain('laboratory results')
  expect(answer.decision?.notEvaluated.map(({ rule }) => rule)).toContain('hold-hepatic-labs')
}

async function subsets(): Promise<void> {
  const one = aCase()
  const wanted = findingsOf(await clean(one))
  const missing = [...KEYS.map((key) => [key]), ...KEYS.map((_, i) => KEYS.filter((__, j) => (j * 5 + i) % 3 !== 0)), ['patient', 'labs'], ['ecg', 'medications', 'vitals'], [...KEYS]]
  for (const keys of missing) expect(findingsOf(await callWith(one, without(one.prefetch, ...keys)))).toEqual(wanted)
}
item('PRE-07', subsets, EHR)
item('T-06', subsets, EHR)

item('PRE-08', async () => {
  const one = aCase()
  const wanted = findingsOf(await clean(one))
  const forms: ((resources: readonly Resource[]) => object)[] = [
    (resources) => ({ resourceType: 'Bundle', type: 'collection', entry: resources.map((resource) => ({ resource })) }), (resources) => ({ resourceType: 'Bundle', entry: resources.map((resource) => ({ fullUrl: `https://x.test/${resource.id}`, resource })) }),
    (resources) => bundle(resources, { link: [{ relation: 'self', url: 'https://x.test/?a=b' }], meta: { lastUpdated: '2026-01-01T00:00:00Z' } }),
  ]
  for (const form of forms) {
    const prefetch = Object.fromEntries(Object.entries(one.record).map(([key, resources]) => [key, form(resources)]))
    expect(findingsOf(await sent(one, prefetch))).toEqual(wanted)
  }
})

item('PRE-09', async () => {
  const one = aCase()
  const stray = { '-user': { resourceType: 'PractitionerRole', id: 'r' }, '7': null, encounter: { resourceType: 'Encounter', id: 'e' }, nobody: bundle([{ resourceType: 'Slot', id: 's' }]) }
  expect(verdictOf(await sent(one, { ...one.prefetch, ...stray }))).toEqual(verdictOf(await clean(one)))
})

async function missingKey(): Promise<void> {
  const one = aCase()
  const answer = await callWith(one, without(one.prefetch, 'labs'))
  const urls = await asked()
  expect(urls.filter((url) => url.includes(SOURCES.labs.on)).length).toBeGreaterThan(0)
  expect(SAFETY.filter((key) => key !== 'labs' && urls.some((url) => url.includes(SOURCES[key].on)))).toEqual([])
  expect(findingsOf(answer)).toEqual(findingsOf(await clean(one)))
}
item('PRE-10', missingKey, EHR)
item('T-02', missingKey, EHR)

async function nulls(): Promise<void> {
  for (const key of KEYS.filter((one) => one !== 'patient')) {
    const one = aCase({ [key]: [] })
    const answer = await callWith(one, { ...one.prefetch, [key]: null })
    expect(answer.status).toBe(200)
    expect((await asked()).filter((url) => url.includes(SOURCES[key].on))).toEqual([])
    expect(rulesOf(answer)).not.toContain('data-service-incomplete')
  }
  const one = aCase()
  expect(wordsOf(await sent(one, { ...one.prefetch, labs: null }))).toMatch(/bilirubin/i)
}
item('PRE-11', nulls, EHR)
item('T-03', nulls, EHR)

const empties = (): readonly unknown[] => [bundle([]), { resourceType: 'Bundle', type: 'searchset' }, { resourceType: 'Bundle', entry: [] }, { resourceType: 'Bundle', total: 0, entry: [] }, null]
item('PRE-12', async () => {
  for (const key of ['labs', 'medications', 'conditions'] as const) {
    const one = aCase({ [key]: [] })
    const wanted = verdictOf(await clean(one))
    for (const empty of empties()) expect(verdictOf(await sent(one, { ...one.prefetch, [key]: empty }))).toEqual(wanted)
  }
})

item('PRE-13', async () => {
  const one = aCase()
  for (const severity of ['error', 'fatal']) expectUnread(await sent(one, { ...one.prefetch, labs: failure(severity) }))
  const none = aCase({ labs: [] })
  for (const empty of [saysNothing, failure('warning'), failure('information')]) expect(verdictOf(await sent(none, { ...none.prefetch, labs: empty }))).toEqual(verdictOf(await clean(none)))
})

item('PRE-14', async () => {
  const one = aCase()
  expect(findingsOf(await callWith(one, undefined))).toEqual(findingsOf(await clean(one)))
}, EHR)

item('PRE-15', async () => {
  const answer = await call(sentAlong({ prefetch: undefined }))
  expect([answer.status, answer.problem]).toEqual([412, 'data-not-obtainable'])
})

const DECISIVE = /-bilirubin$/
/** The first page of the laboratory results, which lacks the decisive one. */
function firstPage({ chart, record, prefetch }: Case): object {
  const next = `${stage().ehr.fhir}/Observation?patient=${chart.patientId}&category=laboratory&_offset=0`
  const entry = record.labs.filter(({ id }) => !DECISIVE.test(id)).map((resource) => ({ resource }))
  return { ...prefetch, labs: { resourceType: 'Bundle', type: 'searchset', link: [{ relation: 'next', url: next }], entry } }
}
async function pages(): Promise<void> {
  const one = aCase()
  expect(findingsOf(await callWith(one, firstPage(one)))).toEqual(findingsOf(await clean(one)))
  const lost = await callWith(one, firstPage(one), { faults: [{ on: '_offset=0', does: { status: 500 } }] })
  expect(rulesOf(lost)).toEqual(expect.arrayContaining(['data-service-incomplete', 'hold-anc-cycle-start']))
  expect(wordsOf(lost)).toContain('laboratory results')
}
item('PRE-16', pages, EHR)
item('T-07', pages, EHR)

item('PRE-17', async () => {
  const one = aCase()
  const [alone, read] = [await clean(one), await callWith(one, undefined)]
  expect(rulesOf(alone)).toEqual(expect.arrayContaining([...EXPECTED]))
  expect(verdictOf(read)).toEqual(verdictOf(alone))
}, EHR)

item('PRE-21', async () => {
  const one = aCase()
  for (const wrong of [failure(), { resourceType: 'Practitioner', id: 'x' }, 'Patient', [], 7, true, {}]) {
    const answer = await sent(one, { ...one.prefetch, patient: wrong })
    expect(answer.status).toBe(200)
    expect(rulesOf(answer)).toContain('data-service-incomplete')
  }
})

async function otherPatients(): Promise<void> {
  const one = aCase()
  const { chart, record } = one
  for (const subject of [{ reference: 'Patient/somebody-else' }, { reference: `${stage().ehr.fhir}/Patient/somebody-else` }]) {
    const labs = [...record.labs.filter(({ id }) => !DECISIVE.test(id)), bilirubin(chart, 0.6), { ...bilirubin(chart, 9, { hours: 20 }), id: 'stray', subject }]
    expect(rulesOf(await sent(one, prefetchOf({ ...record, labs })))).not.toContain('hold-hepatic-labs')
  }
  const doses = [...record.administrations, { resourceType: 'MedicationAdministration', id: 'stray', status: 'completed', medicationCodeableConcept: INOTUZUMAB, subject: { reference: 'Patient/somebody-else' }, effectiveDateTime: new Date(Date.now() - 2 * 86_400_000).toISOString() }]
  expect(findingsOf(await sent(one, prefetchOf({ ...record, administrations: doses })))).toEqual(findingsOf(await clean(one)))
}
item('PRE-22', otherPatients)
item('T-17', otherPatients)

/** Sixty platelet counts, newer than the one bilirubin. */
const crowd = ({ lab }: Chart): readonly Resource[] => Array.from({ length: 60 }, (_, i) => lab(`crowd-${String(i)}`, '777-3', 90, '10*9/L', { days: -1, hours: i / 10 }))
async function crowded(): Promise<void> {
  const one = aCase()
  const record = { ...one.record, labs: [...crowd(one.chart), ...one.record.labs] }
  const wanted = rulesOf(await sent(one, prefetchOf(record)))
  expect(wanted).toContain('hold-hepatic-labs')
  for (const labs of [record.labs.toReversed(), record.labs.toSorted((a, b) => a.id.localeCompare(b.id))]) expect(rulesOf(await sent(one, prefetchOf({ ...record, labs })))).toEqual(wanted)
  expect(rulesOf(await callWith({ ...one, record }, undefined, { resources: resourcesOf(record), pageSize: 25 }))).toEqual(wanted)
}
item('PRE-23', crowded, EHR)
item('T-14', crowded, EHR)

item('T-01', async () => {
  const chart = newChart()
  const amoxicillin = orderOf(chart, { medicationCodeableConcept: { text: 'Amoxicillin 500 mg' } })
  expect((await call(requestOf(chart, { drafts: [amoxicillin] }))).text).toBe('{"cards":[]}')
})

item('T-04', async () => {
  const one = aCase()
  const { record, prefetch } = one
  for (const wrong of [failure(), failure('fatal'), { resourceType: 'Bundle', entry: [{ resource: failure() }] }, 'error', [], 7, {}, { resourceType: 'Bundle', entry: [{ response: { status: '500' } }] }]) expectUnread(await sent(one, { ...prefetch, labs: wrong }))
  const some = await sent(one, { ...prefetch, labs: { resourceType: 'Bundle', entry: [...record.labs, failure()].map((resource) => ({ resource })) } })
  expect(rulesOf(some)).toEqual(expect.arrayContaining(['data-service-incomplete', 'hold-hepatic-labs']))
  expect(rulesOf(await sent(one, { ...prefetch, medications: failure() }))).not.toContain('ursodiol-missing')
})

item('T-05', async () => {
  const one = aCase({ labs: [], allergies: [], immunizations: [] })
  const wanted = verdictOf(await clean(one))
  expect(verdictOf(await sent(one, { ...one.prefetch, labs: saysNothing, allergies: saysNothing, immunizations: saysNothing }))).toEqual(wanted)
})

item('T-08', async () => {
  const one = aCase()
  const answer = await sent(one, { ...one.prefetch, labs: bundle([]) })
  expect([answer.status, answer.cards.length > 0]).toEqual([200, true])
  expect(wordsOf(answer)).toMatch(/bilirubin/i)
  expect(rulesOf(answer)).not.toContain('hold-hepatic-labs')
  expect((await sent(one, Object.fromEntries(KEYS.map((key) => [key, null])))).cards.length).toBeGreaterThan(0)
})

/** Nothing but a reason why nothing could be read. */
const expectNothing = (answer: Answer): void => expect([answer.status, answer.problem]).toEqual([412, 'data-not-obtainable'])
item('T-09', async () => {
  expectNothing(await call(sentAlong({ prefetch: undefined })))
  const one = aCase()
  for (const does of [{ status: 401 }, { status: 403 }, { status: 404 }, { status: 500 }, 'garbage', 'break', 'outcome'] as const) expectNothing(await callWith(one, undefined, { faults: [{ on: '/', does }] }))
  expectNothing(await callWith(one, undefined, { faults: [{ on: '/', does: 'hang' }] }))
}, EHR)

async function sixForms(): Promise<void> {
  const chart = newChart()
  const record = recordFor(chart)
  await stage().ehr.set({ resources: [...resourcesOf(record), MEDICATION] })
  const answers = await Promise.all(FORMS.map(({ drafts }) => call(requestOf(chart, { drafts: drafts(orderOf(chart), stage().ehr.fhir), prefetch: prefetchOf(record), ...access() }))))
  const [wanted] = answers.map(rulesOf)
  expect(wanted).toEqual(expect.arrayContaining([...EXPECTED]))
  for (const answer of answers) expect(rulesOf(answer)).toEqual(wanted)
}
item('T-10', sixForms, EHR)
item('CTX-14', sixForms, EHR)

const elsewhere = (chart: Chart, base: string): HookBody =>
  requestOf(chart, { drafts: [orderOf(chart, { medicationCodeableConcept: undefined, medicationReference: { reference: `${base}/Medication/1`, display: 'inotuzumab ozogamicin' } })], prefetch: prefetchOf(recordFor(chart)), ...access() })
item('T-11', async () => {
  const answer = await call(elsewhere(newChart(), stage().ehr.forbidden))
  expect(rulesOf(answer)).toEqual(expect.arrayContaining([...EXPECTED]))
  expect((await stage().ehr.seen()).contacts).toBe(0)
}, EHR)

async function noDraftRead(): Promise<void> {
  const body = await toBeRead()
  expect(rulesOf(await call(body))).toEqual(expect.arrayContaining([...EXPECTED]))
  const urls = await asked()
  expect(urls.length).toBeGreaterThan(0)
  expect(urls.filter((url) => /\/MedicationRequest\/|\/Practitioner/.test(url))).toEqual([])
}
item('T-12', noDraftRead, EHR)
item('CTX-11', noDraftRead, EHR)

item('T-13', async () => {
  const one = aCase()
  const { medicationCodeableConcept: _, ...active } = one.record.medications[0] ?? { medicationCodeableConcept: undefined }
  const named = { ...active, medicationReference: { reference: 'https://other.conformance.test/Medication/1', display: 'HALOPERIDOL 5 MG PO TABS' } }
  expect(rulesOf(await sent(one, { ...one.prefetch, medications: bundle([named]) }))).toEqual(rulesOf(await clean(one)))
  const nameless = { ...active, medicationReference: { reference: 'https://other.conformance.test/Medication/1' } }
  expect(rulesOf(await sent(one, { ...one.prefetch, medications: bundle([nameless]) }))).toContain('data-service-incomplete')
})

/** Whether the liver tests hold the dose when these are the bilirubin results of the record. */
const liverHolds = async (...results: readonly ((chart: Chart) => Resource)[]): Promise<boolean> => {
  const chart = newChart()
  const record = recordFor(chart)
  const labs = [...record.labs.filter(({ id }) => !DECISIVE.test(id)), ...results.map((result) => result(chart))]
  return rulesOf(await call(sentAlong({ chart, record: { ...record, labs } }))).includes('hold-hepatic-labs')
}
const newest = (status: string, value: number) => (chart: Chart): Resource => ({ ...bilirubin(chart, value, { hours: 20, status }), id: 'newest' })
const older = (value: number) => (chart: Chart): Resource => bilirubin(chart, value)

item('T-15', async () => {
  for (const status of ['entered-in-error', 'cancelled']) expect([await liverHolds(older(3), newest(status, 0.6)), await liverHolds(older(0.6), newest(status, 3))]).toEqual([true, false])
  for (const status of ['final', 'amended', 'corrected']) expect([await liverHolds(older(3), newest(status, 0.6)), await liverHolds(older(0.6), newest(status, 3))]).toEqual([false, true])
  // Preliminary may alarm but clears nothing.
  expect([await liverHolds(older(3), newest('preliminary', 0.6)), await liverHolds(older(0.6), newest('preliminary', 3))]).toEqual([true, true])
})

item('T-16', async () => {
  const reported = (valueQuantity: object, high?: object) => (chart: Chart): Resource => ({ ...bilirubin(chart), valueQuantity, referenceRange: high === undefined ? [] : [{ high }] })
  expect(await liverHolds(reported(quantity(51.3, 'umol/L'), quantity(20.5, 'umol/L')))).toBe(true)
  expect(await liverHolds(reported(quantity(20, 'umol/L'), quantity(20.5, 'umol/L')))).toBe(false)
  expect(await liverHolds(reported({ value: 3, unit: 'mg/dl' }, { value: 1.2, unit: 'mg/dl' }))).toBe(true)
  for (const unclear of [reported({ value: 3 }, quantity(1.2, 'mg/dL')), reported({ value: 3, unit: 'furlong' }, quantity(1.2, 'mg/dL'))]) expect(await liverHolds(unclear)).toBe(false)
  const chart = newChart()
  const record = recordFor(chart)
  const labs = [...record.labs.filter(({ id }) => !DECISIVE.test(id)), reported({ value: 3 }, quantity(1.2, 'mg/dL'))(chart)]
  expect(wordsOf(await call(sentAlong({ chart, record: { ...record, labs } })))).toMatch(/bilirubin/i)
})
