import { describe, expect, it } from 'vitest'
import { openServer, type ReaderOptions } from '../../src/fhir/client.ts'
import { gatherFrom, type GatheringOptions } from '../../src/fhir/gathering.ts'
import type { PatientRecord } from '../../src/fhir/types.ts'
import { ehr, hang, inTurn, json, status, TOKEN, type Answer, type Ehr } from './ehr-server.ts'
import { any, bundle, complementedPlans, ecog, FULL, KEYS, lab, outcome, outcomeEntry, PATIENT, patient, plans, qtcf, weight, without, withNext } from './records.ts'

const gather = (prefetch: Readonly<Record<string, unknown>>, server: Ehr | undefined, { reading, ...change }: Partial<GatheringOptions> & { readonly reading?: ReaderOptions } = {}) =>
  gatherFrom({ patientId: PATIENT, prefetch, plans, server: server && openServer(server.access, { timeoutMs: 20_000, ...reading }), signal: new AbortController().signal, ...change })
/** For servers that hang. */
const SHORT = { reading: { timeoutMs: 300 } }
const ids = ({ resources }: PatientRecord) => resources.map(({ id }) => id).sort()
const unread = ({ sources }: PatientRecord) => Object.fromEntries([...sources].flatMap(([key, source]) => (source.state === 'read' ? [] : [[key, { state: source.state, why: source.why }]])))

/** Observations by the query that asks for them. */
const observations: Answer = (response, request) => {
  const url = decodeURIComponent(request.url ?? '')
  const found = Object.entries({ '|76634-5': qtcf('e1'), '|751-8': lab('l1'), '|29463-7': weight('v1'), 'category=survey': ecog('s1') }).flatMap(([mark, result]) => (url.includes(mark) ? [result] : []))
  json(bundle(...found))(response, request)
}
/** The same record as FULL, on a FHIR server. Types that the record lacks are empty. */
const SERVED: Readonly<Record<string, Answer>> = {
  'Patient/p1': json(patient()), Observation: observations,
  ...Object.fromEntries(Object.values({ c: 'Condition/c1', m: 'MedicationRequest/m1', a: 'MedicationAdministration/a1', x: 'Procedure/x1', g: 'AllergyIntolerance/g1', i: 'Immunization/i1' })
    .map((name) => name.split('/')).map(([type = '', id = '']) => [type, json(bundle(any(type, id)))])),
  ...Object.fromEntries(['Flag', 'FamilyMemberHistory', 'MedicationStatement', 'ServiceRequest', 'CarePlan', 'Appointment', 'DiagnosticReport', 'RequestGroup', 'EpisodeOfCare', 'AdverseEvent', 'QuestionnaireResponse']
    .map((type) => [type, json(bundle())])),
}
const WHOLE = ['a1', 'c1', 'e1', 'g1', 'i1', 'l1', 'm1', 'p1', 's1', 'v1', 'x1']

describe('a record', () => {
  it('sent completely is read without asking the server', async () => {
    const server = await ehr(SERVED)
    const record = await gather(FULL, server)
    expect([ids(record), unread(record), record.fetched, server.requests]).toEqual([WHOLE, {}, [], []])
  })
  it('sent by templates that can ask for procedures alone is completed with the plans beside them', async () => {
    const server = await ehr({ ...SERVED, CarePlan: json(bundle(any('CarePlan', 'plan1'))) })
    const record = await gather(FULL, server, { plans: complementedPlans })
    expect([ids(record), unread(record)]).toEqual([[...WHOLE, 'plan1'].sort(), {}])
  })
  it('sent with plans is not searched for them again', async () => {
    const server = await ehr(SERVED)
    await gather({ ...FULL, procedures: bundle(any('Procedure', 'x1'), any('CarePlan', 'plan1')) }, server, { plans: complementedPlans })
    expect(server.requests.some(({ url }) => url?.startsWith('/fhir/CarePlan'))).toBe(false)
  })
  it('loses nothing when plans cannot be read', async () => {
    const server = await ehr({ ...SERVED, CarePlan: status(500) })
    const record = await gather(FULL, server, { plans: complementedPlans })
    expect([ids(record), unread(record)]).toEqual([WHOLE, {}])
  })
  it('not sent at all is read from the server', async () => {
    const server = await ehr(SERVED)
    const record = await gather({}, server)
    expect([ids(record), unread(record), [...record.fetched].sort()]).toEqual([WHOLE, {}, [...KEYS].sort()])
    expect(new Set(server.requests.map(({ method, authorization }) => `${method} ${authorization}`))).toEqual(new Set([`GET Bearer ${TOKEN}`]))
  })
  it('is the same whichever keys were sent', async () => {
    const server = await ehr(SERVED)
    const subsets = Array.from({ length: 2 ** 11 }, (_, mask) => KEYS.filter((_key, i) => (mask >> i) % 2 === 1)).filter((_, i) => i % 37 === 0)
    for (const missing of subsets) {
      const record = await gather(without(...missing), server)
      expect([ids(record), unread(record), [...record.fetched].sort()]).toEqual([WHOLE, {}, [...missing].sort()])
    }
  })
  it.each(KEYS)('asks for %s alone when it alone was not sent', async (key) => {
    const record = await gather(without(key), await ehr(SERVED))
    expect([ids(record), record.fetched]).toEqual([WHOLE, [key]])
  })
  it.each(KEYS)('does not ask again for %s when the client found nothing', async (key) => {
    const server = await ehr(SERVED)
    const record = await gather({ ...FULL, [key]: null }, server)
    expect([server.requests, unread(record)]).toEqual([[], {}])
  })
  it('without access says which sources are unread', async () =>
    expect(unread(await gather(without('labs', 'ecg'), undefined))).toEqual({
      labs: { state: 'unavailable', why: 'not sent by the EHR' }, ecg: { state: 'unavailable', why: 'not sent by the EHR' },
    }))
  it('asks for this patient alone, with the id encoded', async () => {
    const server = await ehr({})
    await gather({}, server, { patientId: 'a.b/../c&x' })
    expect(server.requests.every(({ url }) => url.includes('a.b%2F..%2Fc%26x'))).toBe(true)
  })
  it('never asks for a draft or writes', async () => {
    const server = await ehr(SERVED)
    await gather({}, server)
    expect(server.requests.filter(({ url, method }) => method !== 'GET' || /MedicationRequest\//.test(url))).toEqual([])
  })
  it('holds a resource once, in its latest version', async () => {
    const older = lab('l1', { status: 'preliminary', meta: { lastUpdated: '2025-01-01T00:00:00Z' } })
    const newer = lab('l1', { status: 'final', meta: { lastUpdated: '2025-01-02T00:00:00Z' } })
    for (const labs of [bundle(older, newer), bundle(newer, older)]) {
      const { resources } = await gather({ ...FULL, labs }, undefined)
      expect(resources.filter(({ id }) => id === 'l1')).toEqual([newer])
    }
  })
  it('keeps resources without id apart', async () => {
    const nameless = () => ({ ...lab('x'), id: undefined })
    expect((await gather({ ...FULL, labs: bundle(nameless(), nameless()) }, undefined)).resources).toHaveLength(12)
  })
  it('holds nothing of another patient, wherever it came from', async () => {
    const stranger = { subject: { reference: 'Patient/p2' } }
    const server = await ehr({ ...SERVED, Condition: json(bundle(any('Condition', 'c1'), any('Condition', 'c2', stranger))) })
    const record = await gather({ ...without('conditions'), labs: bundle(lab('l1'), lab('l9', stranger)) }, server)
    expect([ids(record), record.irregularities.discarded]).toEqual([WHOLE, 2])
  })
})

describe('a server that mixes up patients', () => {
  const stranger = { subject: { reference: 'Patient/p2' } }
  it.each<[string, readonly object[], string]>([
    ['alone', [any('Condition', 'c2', stranger)], 'unavailable'], ['beside this patient\'s', [any('Condition', 'c1'), any('Condition', 'c2', stranger)], 'partial'],
  ])('and gives another patient\'s %s has not answered the question', async (_, given, state) => {
    const record = await gather(without('conditions'), await ehr({ ...SERVED, Condition: json(bundle(...given)) }))
    expect([unread(record), record.irregularities.discarded]).toEqual([{ conditions: { state, why: 'sent for another patient' } }, 1])
    expect(ids(record)).not.toContain('c2')
  })
  it('and gives another Patient has not given this one', async () =>
    expect(unread(await gather(without('patient'), await ehr({ ...SERVED, 'Patient/p1': json(patient('p2')) })))).toEqual({ patient: { state: 'unavailable', why: 'sent for another patient' } }))
})

describe('a server that keeps matches to itself', () => {
  const conditions = (change: object): object => ({ ...bundle(any('Condition', 'c1')), ...change })
  it('because it names more than it gives, and no further page, leaves the source partly read', async () =>
    expect(unread(await gather(without('conditions'), await ehr({ ...SERVED, Condition: json(conditions({ total: 2 })) })))).toEqual({ conditions: { state: 'partial', why: 'sent incompletely by the EHR' } }))
  it.each([['as many as it gives', 1], ['fewer than it gives', 0], ['no number', undefined], ['no number at all', 'many']])('is not suspected when it names %s', async (_, total) =>
    expect(unread(await gather(without('conditions'), await ehr({ ...SERVED, Condition: json(conditions({ total })) })))).toEqual({}))
  it('over all its pages is counted over all its pages', async () => {
    const server = await ehr({ ...SERVED, Condition: json(withNext(conditions({ total: 2 }), 'more')), more: json({ ...bundle(any('Condition', 'c2')), total: 2 }) })
    expect(unread(await gather(without('conditions'), server))).toEqual({})
  })
  it('does not count what came beside the matches', async () => {
    const entry = [{ resource: any('Condition', 'c1'), search: { mode: 'match' } }, { resource: any('Encounter', 'n1'), search: { mode: 'include' } }, outcomeEntry('warning')]
    expect(unread(await gather(without('conditions'), await ehr({ ...SERVED, Condition: json(conditions({ total: 2, entry })) })))).toEqual({ conditions: { state: 'partial', why: 'sent incompletely by the EHR' } })
  })
})

describe('resources of another version of FHIR', () => {
  const notGiven = any('MedicationAdministration', 'a2', { notGiven: true })
  it.each<[string, Readonly<Record<string, unknown>>, Readonly<Record<string, Answer>>]>([
    ['sent along', { ...FULL, administrations: bundle(notGiven) }, {}], ['read', without('administrations'), { MedicationAdministration: json(bundle(notGiven)) }],
  ])('are not misread when they were %s', async (_, prefetch, answers) => {
    const record = await gather(prefetch, await ehr({ ...SERVED, ...answers }))
    expect(unread(record)).toEqual({ administrations: { state: 'unavailable', why: 'sent in another version than FHIR R4' } })
    expect(ids(record)).not.toContain('a2')
  })
  it('beside R4 leave the source partly read', async () =>
    expect(unread(await gather({ ...FULL, administrations: bundle(any('MedicationAdministration', 'a1'), notGiven) }, undefined))).toEqual({ administrations: { state: 'partial', why: 'sent in another version than FHIR R4' } }))
})

describe('a failed prefetch', () => {
  it('is asked for again, once', async () => {
    const server = await ehr(SERVED)
    const record = await gather({ ...FULL, conditions: outcome('error') }, server)
    expect([ids(record), unread(record), server.requests.filter(({ url }) => url.includes('/Condition')).length]).toEqual([WHOLE, {}, 1])
  })
  it('without access is not "no results"', async () =>
    expect(unread(await gather({ ...FULL, labs: outcome('fatal') }, undefined))).toEqual({ labs: { state: 'unavailable', why: 'the EHR could not read them' } }))
  it('of the wrong kind is asked for again', async () => expect(ids(await gather({ ...FULL, allergies: 7 }, await ehr(SERVED)))).toEqual(WHOLE))
})

describe('pages', () => {
  const firstPage = (url: string) => ({ ...FULL, labs: withNext(bundle(lab('l0')), url) })
  it('of a prefetch are followed', async () => {
    const server = await ehr({ page2: json(withNext(bundle(lab('l1')), 'page3')), page3: json(bundle(lab('l2'))) })
    const record = await gather(firstPage(`${server.base}/page2`), server)
    expect([ids(record).filter((id) => id?.startsWith('l')), unread(record), server.requests.length]).toEqual([['l0', 'l1', 'l2'], {}, 2])
  })
  it('of our own search are followed', async () => {
    const server = await ehr({ ...SERVED, Immunization: json(withNext(bundle(any('Immunization', 'i1')), 'more')), more: json(bundle(any('Immunization', 'i2'))) })
    expect(ids(await gather(without('immunizations'), server))).toEqual([...WHOLE, 'i2'].sort())
  })
  it('that fail leave the source partly read', async () => {
    const server = await ehr({ page2: status(500) })
    expect(unread(await gather(firstPage(`${server.base}/page2`), server))).toEqual({ labs: { state: 'partial', why: 'error in the EHR' } })
  })
  it('without access leave the source partly read', async () =>
    expect(unread(await gather(firstPage('https://ehr.test/r4?page=2'), undefined))).toEqual({ labs: { state: 'partial', why: 'only the first page was sent' } }))
  it('elsewhere are not followed', async () => {
    const forbidden = await ehr({ page2: json(bundle(lab('l1'))) })
    const server = await ehr()
    const record = await gather(firstPage(`${forbidden.base}/page2`), server)
    expect([unread(record), forbidden.requests]).toEqual([{ labs: { state: 'partial', why: 'continued at an unknown address' } }, []])
  })
  it('elsewhere are not followed from our own search either', async () => {
    const forbidden = await ehr({ page2: json(bundle()) })
    const server = await ehr({ ...SERVED, Condition: json(withNext(bundle(any('Condition', 'c1')), `${forbidden.base}/page2`)) })
    const record = await gather(without('conditions'), server)
    expect([unread(record), forbidden.requests]).toEqual([{ conditions: { state: 'partial', why: 'continued at an unknown address' } }, []])
  })
  it('without end are given up', async () => {
    const server = await ehr({ round: (response, request) => json(withNext(bundle(lab('l1')), 'round'))(response, request) })
    const record = await gather(firstPage(`${server.base}/round`), server)
    expect([unread(record), server.requests.length]).toEqual([{ labs: { state: 'partial', why: 'too many pages' } }, 20])
  })
})

describe('a source the server does not give', () => {
  it.each<[string, Answer, string]>([
    ['is refused (401)', status(401), 'access refused'],
    ['is refused (403)', status(403), 'access refused'],
    ['is not there (404)', status(404), 'not found in the EHR'],
    ['fails (500)', status(500), 'error in the EHR'],
    ['is busy (429)', status(429), 'EHR too busy'],
    ['answers garbage', (response) => void response.writeHead(200).end('?'), 'answer not readable'],
    ['answers another kind of resource', json(bundle(any('Encounter', 'n1'))), 'answer not readable'],
    ['answers a failure', json(outcome('error')), 'error in the EHR'],
  ])('because it %s is unavailable, the others are not', async (_, answer, why) => {
    const record = await gather(without('conditions', 'allergies'), await ehr({ ...SERVED, Condition: answer }))
    expect(unread(record)).toEqual({ conditions: { state: 'unavailable', why } })
    expect(ids(record)).toContain('g1')
  })
  it('because it hangs is unavailable', async () =>
    expect(unread(await gather(without('conditions'), await ehr({ ...SERVED, Condition: hang }), SHORT))).toEqual({ conditions: { state: 'unavailable', why: 'no answer in time' } }))
  it('completely is partly read', async () => {
    const half = { resourceType: 'Bundle', entry: [{ resource: any('Condition', 'c1') }, outcomeEntry('error')] }
    expect(unread(await gather(without('conditions'), await ehr({ ...SERVED, Condition: json(half) })))).toEqual({ conditions: { state: 'partial', why: 'error in the EHR' } })
  })
  it('because a further query failed is partly read', async () =>
    expect(unread(await gather(without('procedures'), await ehr({ ...SERVED, CarePlan: status(500) })))).toEqual({ procedures: { state: 'partial', why: 'error in the EHR' } }))
  it.each([403, 404, 400])('is read all the same when the EHR does not offer a further query (%i)', async (code) =>
    expect(unread(await gather(without('procedures'), await ehr({ ...SERVED, CarePlan: status(code) })))).toEqual({}))
  it('because the token expired is not asked for', async () => {
    const server = await ehr(SERVED)
    const record = await gather(without('labs'), server, { reading: { now: () => Number.MAX_SAFE_INTEGER } })
    expect([unread(record), server.requests]).toEqual([{ labs: { state: 'unavailable', why: 'access expired' } }, []])
  })
  it('although strays of it were sent is partly read', async () => {
    const record = await gather({ ...without('vitals'), labs: bundle(lab('l1'), weight('v7')) }, await ehr({ ...SERVED, Observation: status(500) }))
    expect(unread(record)).toEqual({ vitals: { state: 'partial', why: 'error in the EHR' } })
  })
  it('counts as sent without access when strays of it were sent', async () =>
    expect(unread(await gather({ ...without('vitals'), labs: bundle(lab('l1'), weight('v7')) }, undefined))).toEqual({}))
})

describe('the deadline', () => {
  it('ends the waiting, and what was read remains', async () => {
    const server = await ehr({ ...SERVED, Condition: hang, page2: hang })
    const started = performance.now()
    const prefetch = { ...without('conditions', 'allergies'), labs: withNext(bundle(lab('l1')), `${server.base}/page2`) }
    const record = await gather(prefetch, server, { signal: AbortSignal.timeout(1_000), reading: { timeoutMs: 60_000 } })
    expect(performance.now() - started).toBeLessThan(10_000)
    expect(unread(record)).toEqual({ conditions: { state: 'unavailable', why: 'no answer in time' }, labs: { state: 'partial', why: 'no answer in time' } })
    expect(ids(record)).toContain('g1')
  })
  it('that has passed already leaves what was sent', async () => {
    const server = await ehr(SERVED)
    const record = await gather(without('labs'), server, { signal: AbortSignal.abort() })
    expect([ids(record).length, unread(record), server.requests]).toEqual([10, { labs: { state: 'unavailable', why: 'no answer in time' } }, []])
  })
})

it('recovers from one busy answer', async () => {
  const server = await ehr({ ...SERVED, Condition: inTurn(status(503), json(bundle(any('Condition', 'c1')))) })
  expect(unread(await gather(without('conditions'), server))).toEqual({})
})

it('tells nobody the token', async () => {
  const server = await ehr({ ...SERVED, Condition: status(500), Observation: hang })
  const { resources, sources, irregularities } = await gather({}, server, SHORT)
  expect(JSON.stringify([resources, [...sources], irregularities])).not.toContain(TOKEN)
})
