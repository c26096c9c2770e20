import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, rulesOf, verdictOf, wordsOf } from '../requests/answer.ts'
import { type Chart, chartOf, EXPECTED, type HookName, type Key, KEYS, prefetchOf, recordOf, requestOf, resourcesOf } from '../requests/record.ts'
import { callAt } from '../requests/running.ts'
import { type Fault, type Misdeed, TOKEN } from './fhir-server.ts'
import { type EhrProcess, forbiddenServer, type ServiceProcess, spawnEhr, spawnService } from './processes.ts'
import { SOURCES } from './sources.ts'

/** The service and the EHR are processes of their own; this one is the client between them. */
const DEADLINE_MS = 1_500

let ehr: EhrProcess
let service: ServiceProcess
let forbidden: Awaited<ReturnType<typeof forbiddenServer>>

beforeAll(async () => {
  [ehr, forbidden] = await Promise.all([spawnEhr(), forbiddenServer()])
  service = await spawnService({ FHIR_SERVERS: ehr.base, DEADLINE_MS: String(DEADLINE_MS) })
})
afterAll(async () => {
  await Promise.all([service.stop(), ehr.stop(), forbidden.stop()])
})

const access = (token = TOKEN, more: object = {}) => ({
  fhirServer: ehr.base, fhirAuthorization: { access_token: token, token_type: 'Bearer', expires_in: 300, scope: 'patient/*.read', subject: 'ino-cds', ...more },
})
const call = (chart: Chart, more: object = {}): Promise<Answer> => callAt(service.url, requestOf(chart, { ...access(), ...more }))
const withPrefetch = (chart: Chart, hook: HookName = 'order-sign'): Promise<Answer> => callAt(service.url, requestOf(chart, { hook, prefetch: prefetchOf(recordOf(chart)) }))
const findingsOf = (answer: Answer): readonly string[] => rulesOf(answer).filter((rule) => (EXPECTED as readonly string[]).includes(rule))

describe('a record that lies in a second EHR', () => {
  const chart = chartOf('elsewhere')
  const hooks: readonly HookName[] = ['order-sign', 'order-select']

  test.each(hooks)('gives at %s what it gives when it is sent along', async (hook) => {
    await ehr.set({ resources: resourcesOf(recordOf(chart)) })
    const [read, sent] = await Promise.all([call(chart, { hook }), withPrefetch(chart, hook)])
    expect(rulesOf(sent)).toEqual(expect.arrayContaining([...EXPECTED]))
    expect(verdictOf(read)).toEqual(verdictOf(sent))
  })

  test.each([2, 7])('gives the same in pages of %i', async (pageSize) => {
    await ehr.set({ resources: resourcesOf(recordOf(chart)), pageSize })
    expect(verdictOf(await call(chart))).toEqual(verdictOf(await withPrefetch(chart)))
  })

  test('gives the same when empty searches say so in an OperationOutcome', async () => {
    const empty = { allergies: [], immunizations: [], procedures: [], conditions: [] }
    await ehr.set({ resources: resourcesOf(recordOf(chart, empty)), saysEmpty: true })
    const sent = await callAt(service.url, requestOf(chart, { prefetch: prefetchOf(recordOf(chart, empty)) }))
    expect(verdictOf(await call(chart))).toEqual(verdictOf(sent))
  })

  test('is read with the token of the call, by GET alone, and drafts are never asked for', async () => {
    await ehr.set({ resources: resourcesOf(recordOf(chart)) })
    await call(chart)
    const requests = await ehr.requests()
    expect([...new Set(requests.map(({ method, authorization }) => `${method} ${String(authorization)}`))]).toEqual([`GET Bearer ${TOKEN}`])
    expect(requests.filter(({ url }) => url.includes('/MedicationRequest/') || url.includes('Practitioner'))).toEqual([])
  })

  test('is asked under the trace of the call, each time under a span and a request id of its own', async () => {
    await ehr.set({ resources: resourcesOf(recordOf(chart)) })
    const before = (await ehr.requests()).length
    const headers = { 'content-type': 'application/json', traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' }
    const response = await fetch(`${service.url}/cds-services/inotuzumab-order-sign`, { method: 'POST', headers, body: JSON.stringify(requestOf(chart, access())) })
    const asked = (await ehr.requests()).slice(before)
    expect(asked.length).toBeGreaterThan(10)
    expect(new Set(asked.map(({ trace }) => trace)).size).toBe(asked.length)
    for (const { trace } of asked) expect(trace).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[\da-f]{16}-01$/)
    const correlation = response.headers.get('x-correlation-id') ?? 'none'
    expect(asked.map(({ requestId }) => requestId).toSorted()).toEqual(asked.map((_, i) => `${correlation}.${String(i + 1)}`).toSorted())
  })

  test('is not asked about an order that concerns nothing', async () => {
    const before = (await ehr.requests()).length
    const amoxicillin = { resourceType: 'MedicationRequest', id: 'a1', status: 'draft', intent: 'order', medicationCodeableConcept: { text: 'Amoxicillin 500 mg' }, subject: chart.subject }
    expect((await call(chart, { drafts: [amoxicillin] })).text).toBe('{"cards":[]}')
    expect(await ehr.requests()).toHaveLength(before)
  })
})

/** Findings of the clean record that cannot be made without a source. Of an unread medication list nothing may be said to be missing. */
const LOST: Readonly<Partial<Record<Key, readonly string[]>>> = {
  labs: ['hold-anc-cycle-start', 'hold-hepatic-labs'], vitals: ['dosing-overdose'], ecg: ['qt-hold-gt470'], medications: ['premed-missing', 'ursodiol-missing'],
  administrations: ['dosing-overdose', 'hold-anc-cycle-start'],
}
const SAFETY = KEYS.filter((key) => key !== 'immunizations')

describe('one source that fails', () => {
  const misdeeds: readonly (readonly [string, () => Misdeed])[] = [
    ...[401, 403, 404, 410, 500, 503].map((status) => [String(status), () => ({ status })] as const),
    ['a web page', () => 'garbage'], ['an OperationOutcome', () => 'outcome'], ['a broken connection', () => 'break'], ['silence', () => 'hang'], ['a redirect', () => ({ redirect: `${forbidden.base}/r` })],
  ]
  const cases = misdeeds.flatMap(([name, does], i) => SAFETY.map((key) => ({ key, name, does, chart: chartOf(`${key}-${String(i)}`) })))
  const answers = new Map<string, Answer>()

  beforeAll(async () => {
    const faults: Fault[] = cases.map(({ key, does, chart }) => ({ on: SOURCES[key].on, and: `${chart.patientId}`, does: does() }))
    await ehr.set({ resources: cases.flatMap(({ chart }) => resourcesOf(recordOf(chart))), faults })
    const waiting = [...cases].toSorted((a, b) => Number(b.name === 'silence') - Number(a.name === 'silence'))
    const work = async (): Promise<void> => {
      for (let one = waiting.shift(); one; one = waiting.shift()) answers.set(one.chart.patientId, await call(one.chart))
    }
    await Promise.all(Array.from({ length: 10 }, work))
  })
  const answerTo = ({ patientId }: Chart): Answer => {
    const answer = answers.get(patientId)
    if (!answer) throw new TypeError(`no call for ${patientId}`)
    return answer
  }

  test.each(cases)('$key: $name is said on a card', ({ key, chart }) => {
    const answer = answerTo(chart)
    expect(answer.status).toBe(200)
    expect(answer.cards.length).toBeGreaterThan(0)
    expect(answer.decision?.findings).toContainEqual(expect.objectContaining({ rule: 'data-service-incomplete', indicator: 'warning', shown: true }))
    expect(wordsOf(answer)).toContain(SOURCES[key].title)
    for (const other of SAFETY) if (other !== key) expect(wordsOf(answer)).not.toContain(`not read: ${SOURCES[other].title}`)
  })
  const lostIn = (answer: Answer): readonly string[] => EXPECTED.filter((rule) => !findingsOf(answer).includes(rule))
  const notEvaluatedIn = ({ decision }: Answer): readonly string[] => (decision?.notEvaluated ?? []).map(({ rule }) => rule)

  test.each(cases.filter(({ key }) => key !== 'administrations'))('$key: $name takes away no finding that rests on other sources, and adds none', ({ key, chart }) => {
    expect(lostIn(answerTo(chart))).toEqual(EXPECTED.filter((rule) => (LOST[key] ?? []).includes(rule)))
  })
  test.each(cases)('$key: $name: the decision names every rule that was lost', ({ chart }) => {
    expect(notEvaluatedIn(answerTo(chart))).toEqual(expect.arrayContaining([...lostIn(answerTo(chart))]))
  })
  test('administrations: unread doses are not taken for no doses, so that nothing is told of a first dose', () => {
    const answer = answerTo(cases.find(({ key, name }) => key === 'administrations' && name === '500')?.chart ?? chartOf('none'))
    expect(rulesOf(answer)).not.toContain('dosing-overdose')
    expect(wordsOf(answer)).not.toMatch(/C1D1|Do not start/)
  })
  test('the redirects were not followed', () => {
    expect(forbidden.contacts()).toBe(0)
  })
})

describe('the token', () => {
  test('goes to no other address that the EHR names', async () => {
    const chart = chartOf('lured')
    const [weight, ...vitals] = recordOf(chart).vitals
    await ehr.set({ resources: resourcesOf(recordOf(chart, { vitals: weight ? [weight, ...vitals] : [] })), faults: [{ on: SOURCES.labs.on, next: `${forbidden.base}/Observation?page=2` }] })
    const answer = await call(chart)
    expect(wordsOf(answer)).toContain('laboratory results')
    expect(rulesOf(answer)).toEqual(expect.arrayContaining(['data-service-incomplete', 'hold-anc-cycle-start']))
    expect(forbidden.contacts()).toBe(0)
  })
  test.each([
    ['a Medication elsewhere', { drafts: [{ resourceType: 'MedicationRequest', id: 'o1', status: 'draft', medicationReference: { reference: 'FORBIDDEN/Medication/1', display: 'inotuzumab ozogamicin' } }] }],
    ['another fhirServer', { fhirServer: 'FORBIDDEN' }],
    ['next pages in prefetch', { prefetch: { labs: { resourceType: 'Bundle', link: [{ relation: 'next', url: 'FORBIDDEN/Observation?page=2' }], entry: [] } } }],
  ])('does not follow %s', async (_, change) => {
    const chart = chartOf('lured')
    await ehr.set({ resources: resourcesOf(recordOf(chart)) })
    const answer = await call(chart, JSON.parse(JSON.stringify(change).replaceAll('FORBIDDEN', forbidden.base)))
    expect(answer.text).not.toBe('{"cards":[]}')
    expect(forbidden.contacts()).toBe(0)
  })
  test('is in no log line and no answer, and neither is the patient', async () => {
    const chart = chartOf('nobody-may-log-this')
    await ehr.set({ resources: resourcesOf(recordOf(chart)), faults: [{ on: SOURCES.labs.on, does: { status: 500 } }, { on: '/Condition?', does: 'break' }] })
    const answer = await call(chart)
    expect(answer.text).not.toContain(TOKEN)
    expect(service.output()).toContain('"status":200')
    expect(service.output()).not.toContain(TOKEN)
    expect(service.output()).not.toContain(chart.patientId)
  })
  test('is not used after its end', async () => {
    const before = (await ehr.requests()).length
    expect((await call(chartOf('late'), access(TOKEN, { expires_in: 0 }))).status).toBe(412)
    expect(await ehr.requests()).toHaveLength(before)
  })
  test('must be there: the server alone is never asked', async () => {
    const before = (await ehr.requests()).length
    expect((await callAt(service.url, requestOf(chartOf('alone'), { fhirServer: ehr.base }))).problem).toBe('data-not-obtainable')
    expect(await ehr.requests()).toHaveLength(before)
  })
})

describe('everything fails', () => {
  test.each<[string, Misdeed]>([['500', { status: 500 }], ['403', { status: 403 }], ['404', { status: 404 }], ['web pages', 'garbage'], ['OperationOutcomes', 'outcome'], ['broken connections', 'break'], ['silence', 'hang']])('with %s: 412 that says what to do', async (_, does) => {
    await ehr.set({ faults: [{ on: '/', does }] })
    const answer = await call(chartOf('nothing'))
    expect([answer.status, answer.problem]).toEqual([412, 'data-not-obtainable'])
    expect(answer.said).toMatch(/prefetch.*by hand/)
    expect(answer.ms).toBeLessThan(DEADLINE_MS)
  })
  test('because the token is refused: 412', async () => {
    await ehr.set({ resources: resourcesOf(recordOf(chartOf('nothing'))) })
    expect((await call(chartOf('nothing'), access('another-token'))).status).toBe(412)
  })
})

describe('a slow EHR', () => {
  const chart = chartOf('slow')
  test.each<[string, Fault, readonly string[]]>([
    ['one search takes ten seconds', { on: SOURCES.labs.on, delayMs: 10_000 }, ['hold-anc-cycle-start', 'hold-hepatic-labs']],
    ['every page takes half a second', { on: SOURCES.labs.on, delayMs: 500 }, []],
  ])('%s: the answer comes before the deadline and says what was not read', async (_, fault, lost) => {
    await ehr.set({ resources: resourcesOf(recordOf(chart)), faults: [fault], pageSize: 4 })
    const answer = await call(chart)
    expect(answer.ms).toBeLessThan(DEADLINE_MS)
    expect(rulesOf(answer)).toEqual(expect.arrayContaining(['data-service-incomplete', 'dosing-overdose', 'qt-hold-gt470', 'ursodiol-missing']))
    expect(wordsOf(answer)).toContain('laboratory results (no answer in time)')
    expect(answer.decision?.notEvaluated.map(({ rule }) => rule)).toEqual(expect.arrayContaining([...lost]))
  })
  test('all searches take a second: everything is read, for they run side by side', async () => {
    await ehr.set({ resources: resourcesOf(recordOf(chart)), faults: [{ on: '/', delayMs: 900 }] })
    const answer = await call(chart)
    expect(answer.ms).toBeLessThan(DEADLINE_MS)
    expect(findingsOf(answer)).toEqual([...EXPECTED])
    expect(rulesOf(answer)).not.toContain('data-service-incomplete')
  })
})
