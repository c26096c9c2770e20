import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SOURCES } from '../integration/sources.ts'
import { startEhr, TOKEN } from '../integration/fhir-server.ts'
import { type Answer, cardsOf, findingsOf, rulesOf, wordsOf } from './answer.ts'
import { bilirubin, chartOf, type HookName, INOTUZUMAB, KEYS, orderOf, type PatientRecord, prefetchOf, quantity, recordOf, requestOf, type RequestParts, RXNORM } from './record.ts'
import { type Service, startService } from './running.ts'

/** Traps of the answer. Every answer of these tests is linted as a whole; see answer.ts. */
const chart = chartOf('p1')
const record = recordOf(chart)
const prefetch = prefetchOf(record)
const order = orderOf(chart)

let service: Service
beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.stop())

const call = (parts: RequestParts = {}): Promise<Answer> => service.call(requestOf(chart, { prefetch, ...parts }))
const withRecord = (change: Partial<PatientRecord>, parts: RequestParts = {}): Promise<Answer> => call({ prefetch: prefetchOf(recordOf(chart, change)), ...parts })
const hooks: readonly HookName[] = ['order-sign', 'order-select']
const actionsOf = ({ cards }: Answer) => cards.flatMap(({ suggestions = [] }) => suggestions).flatMap(({ actions }) => actions)

const LONG = `${'Haloperidol-decanoate-with-a-very-long-name '.repeat(12)}😀 &amp; so on`
const EVIL = ['<img src=x onerror=alert(1)>', '[click](javascript:alert(1))', '![i](https://evil.test/x.png)', 'a | b | c', '**bold** _x_ `code`', '</li><script>alert(1)</script>', 'line\n# heading\n- item', '&lt;b&gt;', 'https://evil.test/auto www.evil.test', '{{patient}} {{setting.x}}', '$& $1 $`', '\u202Eevil']

/** A running QT drug and an order whose names and units come from the record. */
const hostile = (text: string, unit = 'mg'): { readonly change: Partial<PatientRecord>; readonly parts: RequestParts } => ({
  change: {
    medications: [chart.medication('h', { coding: [{ system: RXNORM, code: '5093', display: text }], text }), chart.medication('h2', { coding: [{ system: RXNORM, code: '5093' }], text })],
    labs: [...record.labs, { ...bilirubin(chart, 3, { hours: 20 }), id: 'odd', code: { coding: [{ system: 'http://loinc.org', code: '1975-2', display: text }], text }, valueQuantity: { value: 4, unit: text } }],
  },
  parts: { drafts: [{ ...order, medicationCodeableConcept: { ...INOTUZUMAB, text }, dosageInstruction: [{ text, doseAndRate: [{ doseQuantity: { value: 2.4, unit } }] }], note: [{ text }], reasonCode: [{ text }] }], context: { userId: `Practitioner/${'x'.repeat(60)}` } },
})

describe('T-39 and T-49: words of the record on a card', () => {
  async function expectShortSummaries(hook: HookName, unit?: string): Promise<void> {
    const { change, parts } = hostile(LONG, unit)
    const answer = await withRecord(change, { ...parts, hook })
    expect(answer.cards.length).toBeGreaterThan(0)
    for (const { summary } of answer.cards) expect([summary.length < 140, [...summary].length < 140, summary.isWellFormed()]).toEqual([true, true, true])
  }
  test.each(hooks)('T-39: very long names keep summaries below 140 characters at %s', (hook) => expectShortSummaries(hook))
  test('T-39: a very long unit of the dose keeps summaries below 140 characters', () => expectShortSummaries('order-select', LONG))
  test.each([60, 80, 100, 120].flatMap((length) => ['😀', 'é', '&amp;'].map((sign) => ({ length, sign }))))('T-39: a name of $length letters and $sign is never cut through', async ({ length, sign }) => {
    const { change, parts } = hostile('x'.repeat(length) + sign.repeat(30))
    for (const { summary } of (await withRecord(change, parts)).cards) expect(summary.isWellFormed()).toBe(true)
  })
  test.each(EVIL)('T-49: %s does nothing', async (text) => {
    const { change, parts } = hostile(text, text)
    const answer = await withRecord(change, parts)
    const words = wordsOf(answer)
    expect(answer.cards.length).toBeGreaterThan(0)
    expect(words).not.toMatch(/(?<!\\)<\s*[a-z/!]/i)
    // A summary is plain text: only the detail is read as Markdown.
    expect(answer.cards.map(({ detail = '' }) => detail).join('\n')).not.toMatch(/(?<!\\)\]\s*\(|^#/m)
    expect(words).not.toContain('\u202E')
    for (const { detail = '' } of answer.cards) expect(detail.split('\n').filter((line) => !line.startsWith('- '))).toEqual([])
  })
  test('T-49: the name still reads as itself', async () => {
    const { change, parts } = hostile('Haldol <5 mg> | A_B')
    expect(wordsOf(await withRecord(change, parts)).replaceAll(/\\|&lt;|&gt;/g, (sign) => ({ '&lt;': '<', '&gt;': '>' })[sign] ?? '')).toContain('Haldol <5 mg> | A_B')
  })
})

describe('T-40 to T-48: the form of an answer', () => {
  const states: readonly (readonly [string, Partial<PatientRecord>])[] = [
    ['everything wrong', {}], ['nothing on file', Object.fromEntries(KEYS.map((key) => [key, []]))], ['no labs', { labs: [] }], ['no size', { vitals: [] }], ['no doses before', { administrations: [] }],
    ['ursodiol running', { medications: [chart.medication('u', { text: 'Ursodiol 300 mg' })] }], ['a diagnosis of VOD', { conditions: [{ resourceType: 'Condition', id: 'vod', code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'K76.5' }] }, subject: chart.subject, clinicalStatus: { coding: [{ code: 'active' }] } }] }],
  ]
  test.each(hooks.flatMap((hook) => states.map(([name, change]) => ({ hook, name, change }))))('T-40, T-41, T-43, T-45, T-46, T-48: $name at $hook keeps the rules of cards', async ({ hook, change }) => {
    const answer = await withRecord(change, { hook })
    expect(answer.status).toBe(200)
    expect(answer.text).not.toMatch(/"(?:suggestions|links|overrideReasons|systemActions)":(?:\[\]|null)|"detail":""|"systemActions"|"appContext"/)
    expect(answer.cards.every(({ source }) => /^[A-Za-z0-9]{1,100}$/.test(source.topic.code))).toBe(true)
  })
  test('T-43: what is deleted is a draft of this call, by Type/id', async () => {
    const deleted = actionsOf(await call()).filter(({ type }) => type === 'delete')
    expect(deleted.map(({ resourceId, resource }) => [resourceId, resource])).toContainEqual(['MedicationRequest/o1', undefined])
  })
  test('T-44: an update is the whole draft, with what nobody knows in it', async () => {
    const draft = {
      ...order, meta: { versionId: '3', tag: [{ code: 't' }] }, _status: { extension: [{ url: 'x', valueBoolean: true }] }, contained: [{ resourceType: 'Practitioner', id: 'c', _x: [null, { id: 'y' }] }], priority: 'asap',
      extension: [{ url: 'https://ehr.test/own', valueString: 'kept' }], note: [{ text: '1.10' }], dispenseRequest: { numberOfRepeatsAllowed: 0, expectedSupplyDuration: quantity(1.1, 'd') },
      dosageInstruction: [{ ...(order['dosageInstruction'] as object[])[0], route: { text: 'IV' }, maxDosePerPeriod: { numerator: quantity(5, 'mg'), denominator: quantity(1, 'd') }, extension: [{ url: 'https://ehr.test/dose', valueInteger: 1 }] }],
    }
    const [updated] = actionsOf(await call({ drafts: [draft] })).filter(({ type }) => type === 'update').map(({ resource }) => resource)
    const { dosageInstruction, ...rest } = draft
    expect(updated).toMatchObject(rest)
    expect(updated?.['dosageInstruction']).toMatchObject([{ route: dosageInstruction[0]?.route, maxDosePerPeriod: dosageInstruction[0]?.maxDosePerPeriod, extension: dosageInstruction[0]?.extension, timing: (order['dosageInstruction'] as { timing: object }[])[0]?.timing }])
  })
  test.each(hooks)('T-47: two equal calls at %s differ in nothing but their uuids', async (hook) => {
    const [one, two] = await Promise.all([call({ hook }), call({ hook })])
    expect(cardsOf(two)).toEqual(cardsOf(one))
    expect(findingsOf(two)).toEqual(findingsOf(one))
    const uuids = [one, two].flatMap(({ cards }) => cards.flatMap(({ uuid, suggestions = [] }) => [uuid, ...suggestions.map((suggestion) => suggestion.uuid)]))
    expect(new Set(uuids).size).toBe(uuids.length)
  })
})

describe('T-57: time', () => {
  test('T-57: a slow EHR is not waited for', async () => {
    const slow = await startEhr({ faults: [{ on: SOURCES.labs.on, delayMs: 10_000 }] })
    const impatient = await startService({ FHIR_SERVERS: slow.base, DEADLINE_MS: '2000' })
    const { labs: _, ...sent } = prefetch
    const answer = await impatient.call(requestOf(chart, { prefetch: sent, fhirServer: slow.base, fhirAuthorization: { access_token: TOKEN, token_type: 'Bearer', expires_in: 300 } }))
    await Promise.all([impatient.stop(), slow.stop()])
    expect(answer.ms).toBeLessThan(2_000)
    expect(wordsOf(answer)).toContain('laboratory results (no answer in time)')
    expect(answer.decision?.notEvaluated.map(({ rule }) => rule)).toContain('hold-hepatic-labs')
  })
  test('T-57: a whole prefetch is answered at once', async () => {
    const times: number[] = []
    for (let calls = 0; calls < 20; calls += 1) times.push((await call()).ms)
    expect(times.toSorted((a, b) => a - b)[10]).toBeLessThan(500)
  })
})

describe('T-83 and T-86: what was not checked is said', () => {
  const CALMING = /no (?:concerns|problems|issues)|all (?:checks|clear|normal|good)|safe to (?:give|proceed)|cleared|may be given|ok to/i
  const fine: Partial<PatientRecord> = {
    labs: [...record.labs.filter(({ id }) => !['p1-bilirubin', 'p1-anc-now'].includes(id)), bilirubin(chart, 0.6), chart.lab('anc-now', '751-8', 2, '10*9/L')], ecg: record.ecg.slice(0, 1),
    medications: ['Ursodiol 300 mg', 'Dexamethasone 20 mg', 'Acetaminophen 650 mg', 'Diphenhydramine 25 mg'].map((text, i) => chart.medication(`m${String(i)}`, { text })),
  }
  const right = { drafts: [{ ...order, dosageInstruction: [{ ...(order['dosageInstruction'] as object[])[0], doseAndRate: [{ doseQuantity: quantity(1.6, 'mg') }] }] }] }
  const safety = KEYS.filter((key) => key !== 'immunizations')

  test.each(hooks.flatMap((hook) => safety.map((key) => ({ hook, key }))))('T-83: a good record at $hook of which $key is lost is never answered with silence', async ({ hook, key }) => {
    const { [key]: _, ...sent } = prefetchOf(recordOf(chart, fine))
    const answer = await call({ hook, ...right, prefetch: sent })
    expect(rulesOf(answer)).toContain('data-service-incomplete')
    expect(answer.cards.length).toBeGreaterThan(0)
    expect(wordsOf(answer)).toMatch(/not read/i)
    expect(wordsOf(answer)).not.toMatch(CALMING)
  })
  test.each(hooks)('T-86: no sign of veno-occlusive disease is called absent at %s while diagnoses or weights are unread', async (hook) => {
    for (const key of ['conditions', 'vitals'] as const) {
      const { [key]: _, ...sent } = prefetch
      expect(wordsOf(await call({ hook, prefetch: sent }))).not.toMatch(/no other sign/i)
    }
  })
  test.each(hooks)('T-86: nothing reassures at %s while inputs are missing', async (hook) => {
    for (const key of KEYS) expect(wordsOf(await withRecord({ ...fine, [key]: [] }, { hook, ...right }))).not.toMatch(CALMING)
  })
})

describe('T-84: the worst case', () => {
  const worst: Partial<PatientRecord> = {
    labs: [
      ...record.labs.filter(({ id }) => !/(?:alt|ast|potassium|magnesium|plt|blasts|wbc)-now/.test(id)), chart.lab('alt-now', '1742-6', 170, 'U/L', { high: 40 }), chart.lab('ast-now', '1920-8', 170, 'U/L', { high: 40 }),
      chart.lab('potassium-now', '2823-3', 2.4, 'mmol/L'), chart.lab('magnesium-now', '2601-3', 0.3, 'mmol/L'), chart.lab('plt-now', '777-3', 8, '10*9/L'), chart.lab('wbc-now', '6690-2', 60, '10*9/L'), chart.lab('blasts-now', '26446-5', 80, '%'),
    ],
    ecg: [...record.ecg.slice(0, 1), chart.observation('procedure', 'qtcf', '76634-5', 540, 'ms')],
  }
  const BUDGET = { 'order-sign': 3, 'order-select': 4 } as const
  test.each(hooks)('T-84: few cards at %s, and one that holds every reason to hold', async (hook) => {
    const answer = await withRecord(worst, { hook })
    expect(answer.cards.length).toBeLessThanOrEqual(BUDGET[hook as keyof typeof BUDGET])
    const critical = (answer.decision?.findings ?? []).filter(({ indicator }) => indicator === 'critical')
    expect(critical.length).toBeGreaterThanOrEqual(4)
    // Nothing here asks for a permanent stop, which would make all other advice about the dose pointless.
    expect(critical.filter(({ shown }) => !shown)).toEqual([])
    const onCards = answer.cards.flatMap(({ extension }) => extension['org.ino-cds.findings'].map(({ rule }) => rule))
    expect(onCards).toEqual(expect.arrayContaining(critical.map(({ rule }) => rule)))
    expect(answer.cards[0]?.indicator).toBe('critical')
  })
})

describe('T-85: selecting and signing', () => {
  const changes: readonly (readonly [string, Partial<PatientRecord>])[] = [['everything wrong', {}], ['no labs', { labs: [] }], ['no doses before', { administrations: [] }], ['nothing on file', Object.fromEntries(KEYS.map((key) => [key, []]))]]
  test.each(changes)('T-85: with %s every warning of the first hook is a warning of the second', async (_, change) => {
    const [select, sign] = await Promise.all([withRecord(change, { hook: 'order-select' }), withRecord(change, { hook: 'order-sign' })])
    const alarms = ({ decision }: Answer): readonly string[] => (decision?.findings ?? []).filter(({ indicator }) => indicator !== 'info').map(({ rule, indicator }) => `${rule}:${indicator}`)
    expect(alarms(sign)).toEqual(expect.arrayContaining([...alarms(select)]))
    expect(alarms(select).length).toBeGreaterThan(0)
  })
})
