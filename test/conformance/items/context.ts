import { expect } from 'vitest'
import { type Answer, cardsOf, findingsOf, rulesOf, verdictOf } from '../../requests/answer.ts'
import { CORPUS } from '../../requests/corpus.ts'
import { changed, pathsIn } from '../../requests/members.ts'
import { type Chart, EXPECTED, type HookBody, INOTUZUMAB, prefetchOf, quantity, type RequestParts, type Resource } from '../../requests/record.ts'
import { item } from '../checklist.ts'
import { newChart, order, recordFor, sentAlong, toBeRead } from '../patient.ts'
import { call, post, problemOf, SELECT, SIGN, stage } from '../stage.ts'

/** Which orders are meant, in which shapes, for whom. */
const QUIET = '{"cards":[]}'
const amoxicillin = (chart: Chart): object => ({ ...order(chart), id: 'a1', medicationCodeableConcept: { text: 'Amoxicillin' } })
const expectGood = (answer: Answer): void => expect(rulesOf(answer)).toEqual(expect.arrayContaining([...EXPECTED]))

/** Calls about one patient, whose prefetch is made once. */
function caller(): { readonly chart: Chart; call(parts?: RequestParts): Promise<Answer> } {
  const chart = newChart()
  const prefetch = prefetchOf(recordFor(chart))
  return { chart, call: (parts = {}) => call(sentAlong({ chart, prefetch, ...parts })) }
}

item('CTX-01', async () => {
  const body = sentAlong({ hook: 'order-select' })
  for (const name of ['userId', 'patientId', 'draftOrders']) expect((await post(SELECT, { ...body, context: { ...body.context, [name]: undefined } })).status).toBe(400)
  expect((await call({ ...body, context: { ...body.context, encounterId: undefined } })).status).toBe(200)
})

item('CTX-02', async () => {
  const { chart, call: ask } = caller()
  expect(findingsOf(await ask({ context: { patientId: `Patient/${chart.patientId}`, encounterId: 'Encounter/e1' } }))).toEqual(findingsOf(await ask()))
})

async function focus(): Promise<void> {
  const { chart, call: ask } = caller()
  const select = (drafts: readonly object[], ...selections: string[]) => ask({ hook: 'order-select', drafts, context: { selections } })
  expect((await select([order(chart), amoxicillin(chart)], 'MedicationRequest/a1')).text).toBe(QUIET)
  expect(findingsOf(await select([amoxicillin(chart), order(chart)], 'MedicationRequest/o1'))).toEqual(findingsOf(await ask({ hook: 'order-select' })))
  expect((await select([order(chart), order(chart, { id: 'o2' })], 'MedicationRequest/o2')).decision?.orders).toEqual(['MedicationRequest/o2'])
  const ursodiol = { ...chart.medication('urso', { text: 'Ursodiol 300 mg capsule' }), status: 'draft' }
  expect(rulesOf(await select([order(chart), ursodiol], 'MedicationRequest/o1'))).not.toContain('ursodiol-missing')
}
item('CTX-03', focus)
item('T-18', focus)

item('CTX-04', async () => {
  const { chart, call: ask } = caller()
  const answer = await ask({ hook: 'order-select', drafts: [order(chart, { dosageInstruction: undefined })] })
  expect(answer.status).toBe(200)
  const aboutDose = (answer.decision?.findings ?? []).filter(({ rule, indicator }) => /^dosing-(?:unit-unreadable|overdose|underdose)/.test(rule) && indicator !== 'info')
  expect(aboutDose).toEqual([])
  // What does not hang on the dose is said all the same.
  expect(rulesOf(answer)).toEqual(expect.arrayContaining(['hold-hepatic-labs', 'qt-hold-gt470']))
})

item('CTX-05', async () => {
  const { chart, call: ask } = caller()
  const answer = await ask({ drafts: [order(chart), order(chart, { id: 'o2' }), amoxicillin(chart)], context: { selections: ['MedicationRequest/a1'] } })
  expect(answer.decision?.orders).toEqual(expect.arrayContaining(['MedicationRequest/o1', 'MedicationRequest/o2']))
})

async function statuses(): Promise<void> {
  const { chart, call: ask } = caller()
  const wanted = findingsOf(await ask())
  for (const status of ['draft', 'active', 'on-hold', 'unknown', undefined, 'planned']) expect(findingsOf(await ask({ drafts: [order(chart, { status })] }))).toEqual(wanted)
  for (const status of ['cancelled', 'entered-in-error', 'stopped', 'completed']) expect((await ask({ drafts: [order(chart, { status })] })).text).toBe(QUIET)
}
item('CTX-06', statuses)
item('T-20', statuses)

const TYPES = ['ServiceRequest', 'NutritionOrder', 'DeviceRequest', 'VisionPrescription', 'CommunicationRequest', 'Medication', 'Task', 'RequestGroup', 'SupplyRequest', 'Appointment', 'NobodyKnowsThis']
item('CTX-07', async () => {
  const { chart, call: ask } = caller()
  const others = TYPES.map((resourceType, i) => ({ resourceType, id: `x${String(i)}`, status: 'draft', intent: 'order', subject: chart.subject }))
  expect((await ask({ drafts: others })).text).toBe(QUIET)
  expect(findingsOf(await ask({ drafts: [...others, order(chart)] }))).toEqual(findingsOf(await ask()))
})

const SELECTIONS: readonly unknown[] = [
  ['MedicationRequest/o1'], ['o1'], ['https://ehr.test/r4/MedicationRequest/o1'], ['MedicationRequest/o1/_history/2'], [], ['MedicationRequest/nobody'], ['MedicationRequest/nobody', 'MedicationRequest/o1'], 'MedicationRequest/o1', [null, 5, {}], undefined, null,
]
async function selections(): Promise<void> {
  const { call: ask } = caller()
  const wanted = verdictOf(await ask({ hook: 'order-select' }))
  for (const selected of SELECTIONS) expect(verdictOf(await ask({ hook: 'order-select', context: { selections: selected } }))).toEqual(wanted)
}
item('CTX-08', selections)
item('T-19', selections)

async function strippedDrafts(): Promise<void> {
  for (const draftOrders of [undefined, null, {}]) {
    const response = await post(SIGN, sentAlong({ context: { draftOrders } }))
    expect(await response.clone().text()).toMatch(/scopes for unsigned orders.*endpoint/)
    expect(await problemOf(response)).toEqual([400, 'draft-orders-missing'])
  }
}
item('CTX-09', async () => {
  const { call: ask } = caller()
  expect(findingsOf(await ask({ hook: 'order-select', context: { selections: [] } }))).toEqual(findingsOf(await ask({ hook: 'order-select' })))
  await strippedDrafts()
  for (const draftOrders of [{ resourceType: 'Bundle', entry: [] }, { resourceType: 'Bundle', type: 'collection' }]) expect((await ask({ context: { draftOrders } })).text).toBe(QUIET)
})
item('T-21', strippedDrafts)

async function looseBundles(): Promise<void> {
  const { chart, call: ask } = caller()
  const wanted = findingsOf(await ask())
  const draft = order(chart) as Resource // sound: a resource of this suite
  const entry = { resource: draft }
  const loose: readonly object[] = [
    { resourceType: 'Bundle', entry: [entry] }, { entry: [entry] }, { resourceType: 'Bundle', type: 'collection', entry: [{}, { fullUrl: 'x' }, entry, null, 'x'] }, { resourceType: 'Bundle', entry: [{ resource: { ...draft, category: { coding: [{ code: 'inpatient' }] } } }] },
    { resourceType: 'Bundle', entry: [{ resource: { ...draft, subject: { display: 'Somebody' } } }] }, { resourceType: 'Bundle', entry: [{ resource: { ...draft, dosageInstruction: (draft['dosageInstruction'] as object[])[0] } }] },
  ]
  for (const draftOrders of loose) expect(findingsOf(await ask({ context: { draftOrders } }))).toEqual(wanted)
  expect((await ask({ context: { draftOrders: { resourceType: 'Bundle' } } })).text).toBe(QUIET)
}
item('CTX-10', async () => {
  await looseBundles()
  await longIds()
})
item('T-24', looseBundles)

async function longIds(): Promise<void> {
  const { chart, call: ask } = caller()
  const id = `e${'Long_id.-'.repeat(22)}x`
  expect(id).toHaveLength(200)
  const answer = await ask({ drafts: [order(chart, { id })] })
  const actions = answer.cards.flatMap(({ suggestions = [] }) => suggestions).flatMap(({ actions: all }) => all)
  expect(actions.filter(({ type }) => type === 'delete').map(({ resourceId }) => resourceId)).toContain(`MedicationRequest/${id}`)
  expect(actions.filter(({ type }) => type === 'update').every(({ resource }) => resource?.['id'] === id)).toBe(true)
}
item('T-22', longIds)

async function strangers(): Promise<void> {
  const { chart, call: ask } = caller()
  const stranger = 'Patient/somebody-else'
  for (const reference of [stranger, `https://ehr.test/r4/${stranger}`]) {
    expect((await ask({ drafts: [order(chart, { subject: { reference } })] })).problem).toBe('patient-mismatch')
    expect((await ask({ drafts: [order(chart), { resourceType: 'ServiceRequest', id: 's', subject: { reference } }] })).problem).toBe('patient-mismatch')
  }
  for (const subject of [undefined, { display: 'Somebody' }, { reference: `https://ehr.test/r4/Patient/${chart.patientId}` }]) expectGood(await ask({ drafts: [order(chart, { subject })] }))
}
item('CTX-12', strangers)
item('T-27', async () => {
  await strangers()
  const token = { fhirServer: 'https://ehr.test', fhirAuthorization: { access_token: 'x', token_type: 'Bearer', expires_in: 300, patient: 'somebody-else' } }
  expect(await problemOf(await post(SIGN, sentAlong(token)))).toEqual([400, 'patient-mismatch'])
})

item('CTX-13', async () => {
  const body = sentAlong({ hook: 'order-select' })
  const answers = await Promise.all(Array.from({ length: 3 }, () => call(body)))
  expect(new Set(answers.map((answer) => JSON.stringify(cardsOf(answer)))).size).toBe(1)
})

item('T-25', async () => {
  const { chart, call: ask } = caller()
  const wanted = findingsOf(await ask())
  const timing = { event: [new Date(Date.now() + 3_600_000).toISOString()] }
  for (const system of ['http://terminology.hl7.org/CodeSystem/dose-rate-type', 'http://epic.com/CodeSystem/dose-rate-type']) {
    const typed = (code: string, doseQuantity: object) => ({ type: { coding: [{ system, code }] }, doseQuantity })
    const [calculated, ordered, amount] = [typed('calculated', quantity(1.6, 'mg')), typed('ordered', quantity(2.4, 'mg')), typed('admin-amount', { value: 9.6, unit: 'mL' })]
    for (const doseAndRate of [[calculated, ordered, amount], [calculated, amount, ordered], [ordered, calculated, amount], [ordered, amount, calculated], [amount, calculated, ordered], [amount, ordered, calculated]]) {
      expect(findingsOf(await ask({ drafts: [order(chart, { dosageInstruction: [{ timing, doseAndRate }] })] }))).toEqual(wanted)
    }
  }
  expect(findingsOf(await ask({ drafts: [order(chart, { dosageInstruction: [{ timing, doseQuantity: quantity(2.4, 'mg') }] })] }))).toEqual(wanted)
})

item('T-26', async () => {
  const chart = newChart()
  const record = Object.fromEntries(Object.entries(recordFor(chart)).map(([key, resources]) => [key, resources.slice(-1)]))
  const body = sentAlong({ chart, hook: 'order-select', prefetch: prefetchOf(record as unknown as ReturnType<typeof recordFor>), extension: { 'com.x': 1 } }) // sound: the keys are those of the record
  const paths = [...pathsIn(body)].filter((path) => !['prefetch', 'context.draftOrders.entry.0.resource.id'].includes(path.join('.')))
  const oddities: readonly ((holder: Record<string, unknown>, name: string) => void)[] = [
    (holder, name) => void delete holder[name], (holder, name) => void (holder[name] = null), (holder, name) => void (holder[name] = 7), (holder, name) => void (holder[name] = [[]]),
  ]
  const failed: string[] = []
  for (const [turn, change] of oddities.entries()) {
    // Every element of the envelope and the order is deleted; of the record a sample, because its readers have tests of their own.
    const chosen = paths.filter(([root], i) => (turn === 0 && root !== 'prefetch') || i % 8 === turn)
    const answers = await Promise.all(chosen.map((path) => post(SELECT, changed(body, path, change))))
    failed.push(...chosen.filter((_, i) => ![200, 400].includes(answers[i]?.status ?? 0)).map((path) => `${path.join('.')} ${String(turn)}`))
  }
  expect(failed).toEqual([])
})

item('T-28', async () => {
  const body = await toBeRead({ context: { userId: 'PractitionerRole/r1' } })
  expectGood(await call(body))
  expect((await stage().ehr.seen()).asked.filter(({ url }) => url.includes('Practitioner'))).toEqual([])
}, { needs: ['ehr'] })

item('T-30', async () => {
  const { chart, call: ask } = caller()
  for (const hook of [5, true, ['order-sign']]) expect(await problemOf(await post(SIGN, { ...sentAlong({ chart }), hook }))).toEqual([400, 'invalid-request'])
  const odd = { priority: 'asap', 'x-own': { a: '300', b: 'true', c: ['one'], d: [null, 1] }, note: [{ text: '300' }] }
  const { cards } = await ask({ drafts: [order(chart, odd)] })
  const updates = cards.flatMap(({ suggestions = [] }) => suggestions).flatMap(({ actions }) => actions).filter(({ type }) => type === 'update')
  expect(updates.length).toBeGreaterThan(0)
  for (const { resource } of updates) expect(resource).toMatchObject(odd)
})

for (const { name, body, clean } of CORPUS) {
  item('CTX-10', async () => {
    const [answer, wanted] = [await call(body), await call(clean)]
    expectGood(wanted)
    expect(findingsOf(answer)).toEqual(findingsOf(wanted))
  }, { part: `a request in the style of ${name}` })
}

/** What the official sandbox does: an order without a drug while it is being chosen, ids of drafts, no encounter, category as an object. */
item('T-24', async () => {
  const chart = newChart()
  const bare = { resourceType: 'MedicationRequest', id: 'request-123', status: 'draft', intent: 'order', subject: chart.subject, category: { coding: [{ code: 'community' }] } }
  const select = (draft: object): HookBody => sentAlong({ chart, hook: 'order-select', prefetch: undefined, context: { encounterId: undefined, selections: ['MedicationRequest/request-123'], draftOrders: { resourceType: 'Bundle', entry: [{ resource: draft }] } } })
  for (const draft of [bare, { ...bare, medicationCodeableConcept: {} }, { ...bare, medicationCodeableConcept: { coding: [] } }, { ...bare, medicationCodeableConcept: { text: '' } }, { ...bare, medicationCodeableConcept: { coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '723' }] } }]) {
    expect((await call(select(draft))).text).toBe(QUIET)
  }
  const chosen = { ...bare, medicationCodeableConcept: INOTUZUMAB }
  expect(rulesOf(await call({ ...select(chosen), prefetch: prefetchOf(recordFor(chart)) }))).toEqual(expect.arrayContaining(['hold-hepatic-labs', 'qt-hold-gt470']))
}, { part: 'the habits of the official sandbox' })
