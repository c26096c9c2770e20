import { lookup } from 'node:dns/promises'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Answer } from '../requests/answer.ts'
import { wordsOf } from '../requests/answer.ts'
import type { Fault, Misdeed } from '../integration/fhir-server.ts'
import { SOURCES } from '../integration/sources.ts'
import { type EhrProcess, forbiddenServer, type ServiceProcess, spawnEhr } from '../integration/processes.ts'
import { callFor, chartOf, IN_TIME_MS, isHonest, isReady, isWhole, metric, recordFor, rulesIn, said, startService } from './service.ts'

/** How the EHR is asked for laboratory results. */
const LABS = SOURCES.labs.on
const LOST = ['hold-anc-cycle-start', 'hold-hepatic-labs']

let ehr: EhrProcess
let forbidden: Awaited<ReturnType<typeof forbiddenServer>>
let service: ServiceProcess
const nowhere = 'http://ehr.invalid/fhir'

beforeAll(async () => {
  [ehr, forbidden] = await Promise.all([spawnEhr(), forbiddenServer()])
  service = await startService({ FHIR_SERVERS: [ehr.base, nowhere].join(',') })
  // The first call of a process takes longer than any after it.
  const first = chartOf('first')
  await ehr.set({ resources: recordFor(first) })
  await callFor(service, ehr.base, first)
})
afterAll(async () => {
  await Promise.all([service.stop(), ehr.stop(), forbidden.stop()])
})

interface Row { readonly id: string; readonly does: () => Misdeed; readonly why: string; readonly outcome: string }
/** One row each of docs/reliability.md: what the clinician reads in brackets, and what the operator counts. */
const ROWS: readonly Row[] = [
  { id: 'fhir-hangs', does: () => 'hang', why: 'no answer in time', outcome: 'timeout' },
  { id: 'fhir-trickles', does: () => 'trickle', why: 'no answer in time', outcome: 'timeout' },
  { id: 'fhir-401', does: () => ({ status: 401 }), why: 'access refused', outcome: 'unauthorized' },
  { id: 'fhir-403', does: () => ({ status: 403 }), why: 'access refused', outcome: 'forbidden' },
  { id: 'fhir-404', does: () => ({ status: 404 }), why: 'not found in the EHR', outcome: 'not-found' },
  { id: 'fhir-429', does: () => ({ status: 429, retryAfter: '60' }), why: 'EHR too busy', outcome: 'rate-limited' },
  { id: 'fhir-500', does: () => ({ status: 500 }), why: 'error in the EHR', outcome: 'server-error' },
  { id: 'fhir-503', does: () => ({ status: 503 }), why: 'EHR not available', outcome: 'unavailable' },
  { id: 'fhir-garbage', does: () => 'garbage', why: 'answer not readable', outcome: 'unreadable' },
  { id: 'fhir-half-a-page', does: () => 'half', why: 'answer not readable', outcome: 'unreadable' },
  { id: 'fhir-reset', does: () => 'cut', why: 'EHR not reachable', outcome: 'network' },
  { id: 'fhir-redirect', does: () => ({ redirect: `${forbidden.base}/r` }), why: 'answer not readable', outcome: 'unreadable' },
  { id: 'fhir-huge', does: () => ({ huge: 200 }), why: 'answer too large', outcome: 'too-large' },
  { id: 'fhir-bomb', does: () => ({ bomb: 50 }), why: 'answer too large', outcome: 'too-large' },
]

const MEGABYTE = 1024 * 1024
const memory = (): Promise<number> => metric(service, 'process_resident_memory_bytes')

describe('a FHIR server', () => {
  test.each(ROWS)('$id: the answer says what was not read, the operator sees why, and the next call is whole', async ({ id, does, why, outcome }) => {
    const chart = chartOf(id)
    const resources = recordFor(chart)
    const counted = await metric(service, 'inocds_fhir_queries_total', { outcome })
    await ehr.set({ resources, faults: [{ on: LABS, does: does() }] })
    const answer = await callFor(service, ehr.base, chart)
    expect(answer.ms).toBeLessThan(IN_TIME_MS)
    expect(answer.status).toBe(200)
    expect(rulesIn(answer)).toContain('data-service-incomplete')
    expect(wordsOf(answer)).toContain(`laboratory results (${why})`)
    expect(answer.decision?.notEvaluated.map(({ rule }) => rule)).toEqual(expect.arrayContaining(LOST))
    expect(await metric(service, 'inocds_fhir_queries_total', { outcome })).toBeGreaterThan(counted)
    await expect.poll(() => lastLog(service, 'record incomplete')).toMatchObject({ level: 40, server: ehr.base, unread: { labs: why } })
    expect(await isReady(service)).toBe(true)
    await ehr.set({ resources })
    expect(isWhole(await callFor(service, ehr.base, chart))).toBe(true)
  })

  test.each(ROWS.filter(({ id }) => id !== 'fhir-bomb'))('$id: all of it: 412, and nothing is said to be in order', async ({ id, does }) => {
    await ehr.set({ faults: [{ on: '/', does: does() }] })
    const answer = await callFor(service, ehr.base, chartOf(`${id}-all`))
    expect([answer.status, answer.problem]).toEqual([412, 'data-not-obtainable'])
    expect(answer.said).toMatch(/by hand/)
    expect(answer.ms).toBeLessThan(IN_TIME_MS)
  })

  test('fhir-huge: fifty huge answers at once do not fill the memory', async () => {
    await ehr.set({ faults: [{ on: '/', does: { huge: 200 } }] })
    const before = await memory()
    const answers = await Promise.all(Array.from({ length: 4 }, (_, i) => callFor(service, ehr.base, chartOf(`huge-${String(i)}`))))
    expect(answers.map(({ status }) => status)).toEqual([412, 412, 412, 412])
    expect((await memory()) - before).toBeLessThan(800 * MEGABYTE)
  })

  test('fhir-redirect: nobody followed', () => expect(forbidden.contacts()).toBe(0))

  test('fhir-slow: searches that take a second are waited for, side by side', async () => {
    const chart = chartOf('slow')
    await ehr.set({ resources: recordFor(chart), faults: [{ on: '/', delayMs: 1_000 }] })
    const answer = await callFor(service, ehr.base, chart)
    expect(said(answer)).toBe('whole')
  })

  test.each<[string, Omit<Fault, 'on'>, string]>([
    ['fails', { does: { status: 500 } }, 'error in the EHR'], ['hangs', { does: 'hang' }, 'no answer in time'], ['lies elsewhere', { next: 'FORBIDDEN/Observation?page=2' }, 'continued at an unknown address'],
  ])('fhir-next: a next page that %s leaves a list that is called incomplete', async (name, fault, why) => {
    const chart = chartOf(`next-${name.replaceAll(' ', '-')}`)
    const resources = recordFor(chart)
    const change = 'next' in fault ? { on: LABS, next: `${forbidden.base}/Observation?page=2` } : { on: LABS, and: '_offset', ...fault }
    await ehr.set({ resources, pageSize: 4, faults: [change] })
    const answer = await callFor(service, ehr.base, chart)
    expect(wordsOf(answer)).toContain(`laboratory results (${why})`)
    expect([isHonest(answer), forbidden.contacts()]).toEqual([true, 0])
    await ehr.set({ resources, pageSize: 20 })
    expect(isWhole(await callFor(service, ehr.base, chart))).toBe(true)
  })

  test('fhir-wrong-patient: another patient\'s data are thrown away, counted and said', async () => {
    const chart = chartOf('right-patient')
    const counted = await metric(service, 'inocds_fhir_foreign_resources_total')
    await ehr.set({ resources: recordFor(chart), faults: [{ on: '/Condition?', does: { stranger: 'wrong-patient' } }] })
    const answer = await callFor(service, ehr.base, chart)
    expect(wordsOf(answer)).toContain('diagnoses (sent for another patient)')
    expect(answer.text).not.toContain('somebody else')
    await expect.poll(() => lastLog(service, 'resources of another patient discarded')).toMatchObject({ level: 50, discarded: 1 })
    expect(await metric(service, 'inocds_fhir_foreign_resources_total')).toBe(counted + 1)
    expect(service.output()).not.toMatch(/right-patient|wrong-patient/)
  })

  test('fhir-stu3: a server of another version of FHIR is named as such', async () => {
    const chart = chartOf('stu3')
    const resources = recordFor(chart)
    await ehr.set({ resources, faults: [{ on: LABS, does: 'stu3' }] })
    expect(wordsOf(await callFor(service, ehr.base, chart))).toContain('laboratory results (sent in another version than FHIR R4)')
    await ehr.set({ faults: [{ on: '/', does: 'stu3' }] })
    const answer = await callFor(service, ehr.base, chart)
    expect([answer.status, answer.problem]).toEqual([400, 'fhir-version-unsupported'])
    expect(answer.said).toContain('R4')
    await ehr.set({ resources })
    expect(isWhole(await callFor(service, ehr.base, chart))).toBe(true)
  })

  test('fhir-no-such-host: a name that cannot be resolved is an EHR that is not reachable', async () => {
    await expect(lookup('ehr.invalid')).rejects.toThrow()
    const answer = await callFor(service, nowhere, chartOf('nowhere'))
    expect([answer.status, answer.problem, answer.ms < IN_TIME_MS]).toEqual([412, 'data-not-obtainable', true])
    await expect.poll(() => lastLog(service, 'record incomplete')).toMatchObject({ server: nowhere, unread: { labs: expect.stringMatching(/EHR not reachable|no answer in time/) } })
  })
})

describe('a FHIR server that is down', () => {
  test('fhir-refused: is read again as soon as it is back', async () => {
    const first = await spawnEhr()
    const port = Number(new URL(first.base).port)
    const own = await startService({ FHIR_SERVERS: first.base })
    onTestFinished(() => own.stop())
    const chart = chartOf('refused')
    await first.set({ resources: recordFor(chart) })
    expect(isWhole(await callFor(own, first.base, chart))).toBe(true)
    await first.stop()
    expect((await callFor(own, first.base, chart)).status).toBe(412)
    await expect.poll(() => lastLog(own, 'record incomplete')).toMatchObject({ unread: { labs: expect.stringMatching(/EHR (?:not reachable|gave no answers)/) } })
    const again = await spawnEhr(port)
    onTestFinished(() => again.stop())
    await again.set({ resources: recordFor(chart) })
    await expect.poll(async () => isWhole(await callFor(own, again.base, chart)), { timeout: 20_000, interval: 200 }).toBe(true)
  })

  test('fhir-down-others: slows nobody else, is left alone, and is found again by itself', async () => {
    const [down, well] = await Promise.all([spawnEhr(), spawnEhr()])
    const own = await startService({ FHIR_SERVERS: [down.base, well.base].join(','), DEADLINE_MS: '8000' })
    onTestFinished(async () => void await Promise.all([own.stop(), down.stop(), well.stop()]))
    const chart = chartOf('others')
    await Promise.all([down.set({ faults: [{ on: '/', does: 'hang' }] }), well.set({ resources: recordFor(chart) })])
    const quick = async (): Promise<Answer> => callFor(own, well.base, chart)
    const stuck = Promise.all(Array.from({ length: 8 }, () => callFor(own, down.base, chart)))
    for (let i = 0; i < 3; i += 1) expect(said(await quick())).toBe('whole')
    expect(new Set((await stuck).map(({ status }) => status))).toEqual(new Set([412]))
    await whatOperatorSees(own, down)
    await down.set({ resources: recordFor(chart) })
    await expect.poll(async () => isWhole(await callFor(own, down.base, chart)), { timeout: 30_000, interval: 200 }).toBe(true)
    expect(await metric(own, 'inocds_fhir_circuit_state', { server: down.base })).toBe(0)
    await expect.poll(() => own.output()).toContain('FHIR server answers again')
  })
})

/** The circuit is open: asked again at once the answer is quick, and says that nobody was asked; the instance stays ready. */
async function whatOperatorSees(own: ServiceProcess, down: EhrProcess): Promise<void> {
  const server = down.base
  const asked = (await down.requests()).length
  const refused = await callFor(own, server, chartOf('others'))
  // One query may have found out once more.
  expect([refused.status, (await down.requests()).length - asked <= 1]).toEqual([412, true])
  expect(await metric(own, 'inocds_fhir_circuit_state', { server })).toBe(2)
  await expect.poll(() => own.output()).toContain('FHIR server does not answer and is left alone for a while')
  const ready = await fetch(`${own.url}/health/ready`)
  expect([ready.status, await ready.json()]).toMatchObject([200, { fhirServers: expect.arrayContaining([expect.objectContaining({ server, circuit: 'open' })]) }])
}

/** The last log line of a text. */
function lastLog({ output }: ServiceProcess, msg: string): Readonly<Record<string, unknown>> {
  const line = output().split('\n').findLast((one) => one.includes(`"msg":"${msg}"`))
  // Sound: pino writes one JSON object a line.
  return JSON.parse(line ?? '{}') as Readonly<Record<string, unknown>>
}
