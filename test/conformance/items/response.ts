import { expect } from 'vitest'
import { type Answer, cardsOf, findingsOf, rulesOf, wordsOf } from '../../requests/answer.ts'
import { type Chart, type HookName, INOTUZUMAB, KEYS, orderOf, type PatientRecord, prefetchOf, quantity, requestOf, RXNORM } from '../../requests/record.ts'
import { item } from '../checklist.ts'
import { MARK, newChart, order, recordFor, sentAlong } from '../patient.ts'
import { call, post, SIGN } from '../stage.ts'
import { type Action, actionsIn, allOf, cardsIn, type FullCard, HOOKS, suggestionsIn, toldAnswers } from './answers.ts'

/** What comes back: cards and everything in them. */
const cards = () => allOf(({ answer }) => cardsIn(answer))
const suggestions = () => allOf(({ answer }) => suggestionsIn(answer))
const actions = () => allOf(({ answer }) => actionsIn(answer))
const links = async () => (await cards()).flatMap(({ links: all = [] }) => all)
const reasons = async () => (await cards()).flatMap(({ overrideReasons = [] }) => overrideReasons)
const RANK = ['info', 'warning', 'critical']

async function each<T>(things: Promise<readonly T[]>, check: (thing: T) => void): Promise<void> {
  const all = await things
  expect(all.length).toBeGreaterThan(0)
  for (const one of all) check(one)
}

item('RESP-01', () => each(toldAnswers(), ({ answer }) => expect([answer.status, Array.isArray(answer.cards)]).toEqual([200, true])))
item('RESP-03', () => each(toldAnswers(), ({ answer }) => expect(answer.text).toMatch(/^\{"cards":\[/)))
const noSystemActions = () => each(toldAnswers(), ({ answer }) => expect(answer.text).not.toContain('systemActions'))
item('RESP-04', noSystemActions)
item('RESP-05', noSystemActions)
item('RESP-06', noSystemActions)
item('SYS-01', noSystemActions, { part: 'none is sent' })
item('RESP-07', () => each(cards(), ({ extension }) => {
  for (const key of Object.keys(extension)) expect(key).toMatch(/^[a-z]+(\.[A-Za-z-]+)+$/)
}))
item('RESP-08', () => each(toldAnswers(), ({ answer }) => {
  const ranks = answer.cards.map(({ indicator }) => RANK.indexOf(indicator))
  expect(ranks).toEqual(ranks.toSorted((a, b) => b - a))
}))
item('RESP-09', () => each(toldAnswers(), ({ answer }) => {
  expect(answer.cards.length).toBeLessThanOrEqual(5)
  expect(new Set(cardsIn(answer).map(({ source }) => source.topic.code)).size).toBe(answer.cards.length)
}))

const shortSummaries = () => each(cards(), ({ summary }) => expect([summary.length > 0, summary.length < 140, [...summary].length < 140, summary.isWellFormed()]).toEqual([true, true, true, true]))
item('CARD-01', shortSummaries)
item('CARD-02', () => each(cards(), ({ indicator }) => expect(RANK).toContain(indicator)))
item('CARD-03', () => each(cards(), ({ source }) => expect(source.label).toMatch(/\S/)))
item('CARD-04', () => each(cards(), ({ detail }) => {
  if (detail === undefined) return
  expect(detail).not.toMatch(/(?<!\\)<[a-z/!]/i)
  expect(detail).not.toMatch(/!\[/)
}))
item('CARD-05', async () => {
  const uuids = (await toldAnswers()).flatMap(({ answer }) => [...answer.cards, ...suggestionsIn(answer)].map(({ uuid }) => uuid))
  expect(new Set(uuids).size).toBe(uuids.length)
  for (const uuid of uuids) expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})
const behaviour = ({ suggestions: all, selectionBehavior }: FullCard): void => {
  if (all === undefined) expect(selectionBehavior).toBeUndefined()
  else expect(['at-most-one', 'any']).toContain(selectionBehavior)
}
item('CARD-06', () => each(cards(), behaviour))
item('CARD-07', () => each(cards(), behaviour))
const coded = ({ code, system, display }: { readonly code: string; readonly system: string; readonly display?: string }): void => expect([/\S/.test(code), /\S/.test(system), display === undefined || /\S/.test(display)]).toEqual([true, true, true])
item('CARD-08', () => each(reasons(), (reason) => {
  coded(reason)
  expect(reason.display).toMatch(/\S/)
}))

item('CARD-10', async () => {
  const chart = newChart()
  const answer = await call(sentAlong({ chart, drafts: [order(chart), order(chart, { id: 'o2', dosageInstruction: [{ doseAndRate: [{ doseQuantity: quantity(0.1, 'mg') }] }] })] }))
  expect(answer.decision?.orders).toEqual(expect.arrayContaining(['MedicationRequest/o1', 'MedicationRequest/o2']))
  expect(wordsOf(answer)).toContain('2.4 mg')
  expect(wordsOf(answer)).toContain('0.1 mg')
})
item('CARD-11', () => each(toldAnswers(), ({ answer }) => expect(answer.text).not.toContain('davinci-crd')))

item('SRC-01', () => each(cards(), ({ source }) => expect([source.label.length > 0, source.label.length <= 80]).toEqual([true, true])))
const isAbsolute = (url: string): boolean => /^https:\/\/[^\s]+$|^http:\/\/(?:localhost|127\.0\.0\.1)[^\s]*$/.test(url)
item('SRC-02', () => each(cards(), ({ source }) => expect(source.url === undefined || isAbsolute(source.url)).toBe(true)))
item('SRC-03', () => each(cards(), ({ source }) => expect(source.icon === undefined || isAbsolute(source.icon)).toBe(true)))
item('SRC-04', () => each(cards(), ({ source }) => coded(source.topic)))
item('SRC-05', async () => {
  await each(cards(), ({ source }) => expect(source.topic.code).toMatch(/^[A-Za-z0-9]{1,100}$/))
  const body = sentAlong()
  const topics = async () => cardsIn(await call(body)).map(({ source }) => source.topic)
  expect(await topics()).toEqual(await topics())
})

item('SUG-01', () => each(suggestions(), ({ label }) => expect(label).toMatch(/\S/)))
item('SUG-02', async () => {
  await each(toldAnswers(), ({ answer }) => expect(new Set(suggestionsIn(answer).map(({ uuid }) => uuid)).size).toBe(suggestionsIn(answer).length))
})
item('SUG-03', () => each(cards(), ({ suggestions: all = [], selectionBehavior }) => {
  const recommended = all.filter((one) => 'isRecommended' in one)
  expect(recommended.every((one) => 'isRecommended' in one && one.isRecommended === true)).toBe(true)
  expect(recommended.length <= 1 || selectionBehavior === 'any').toBe(true)
}))
item('SUG-04', () => each(suggestions(), ({ actions: all }) => {
  expect(all.length).toBeGreaterThan(0)
  // Nothing twice: a client carries out all of them or none.
  const done = all.map(({ type, resource, resourceId }) => JSON.stringify([type, resourceId ?? resource]))
  expect(new Set(done).size).toBe(done.length)
}))
item('SUG-05', () => each(actions(), ({ resource }) => {
  const references = [...JSON.stringify(resource ?? {}).matchAll(/"reference":"([^"]+)"/g)].map(([, reference]) => reference)
  for (const reference of references) expect(reference).toMatch(/^[A-Za-z]+\/[^/]+$|^#|^https?:/)
}))
item('SUG-06', () => each(toldAnswers(), ({ answer }) => expect(answer.text).not.toContain('actionSelectionBehavior')))

item('ACT-01', () => each(actions(), ({ type }) => expect(['create', 'update', 'delete']).toContain(type)))
item('ACT-02', () => each(actions(), ({ description }) => expect(description).toMatch(/\S/)))
const created = async () => (await actions()).filter(({ type }) => type === 'create')
item('ACT-03', () => each(created(), ({ resource, resourceId }) => {
  expect(resource?.['resourceType']).toMatch(/^[A-Z]/)
  expect(resourceId).toBeUndefined()
}))

const ODD_DRAFT = {
  meta: { versionId: '3', tag: [{ code: 't' }] }, _status: { extension: [{ url: 'x', valueBoolean: true }] }, contained: [{ resourceType: 'Practitioner', id: 'c', _x: [null, { id: 'y' }] }], priority: 'asap',
  extension: [{ url: 'https://ehr.test/own', valueString: 'kept' }], note: [{ text: '1.10' }], dispenseRequest: { numberOfRepeatsAllowed: 0, expectedSupplyDuration: quantity(1.1, 'd') },
}
/** What the updates of an answer bring back of a draft with odd members. */
async function updatesOf(odd: object): Promise<readonly (Action['resource'])[]> {
  const chart = newChart()
  const updates = actionsIn(await call(sentAlong({ chart, drafts: [order(chart, odd)] }))).filter(({ type }) => type === 'update')
  expect(updates.length).toBeGreaterThan(0)
  return updates.map(({ resource }) => resource)
}
async function wholeUpdates(): Promise<void> {
  for (const resource of await updatesOf(ODD_DRAFT)) expect(resource).toMatchObject(ODD_DRAFT)
}
item('ACT-04', wholeUpdates)
item('T-31', wholeUpdates)
item('T-44', wholeUpdates)
item('T-32', async () => {
  const chart = newChart()
  const numbers = '{"a":0.80,"b":1.10,"c":1e3,"d":123456789012345680,"e":0.1,"f":1.7976931348623157e308}'
  const text = JSON.stringify(sentAlong({ chart, drafts: [order(chart, { 'x-numbers': 'NUMBERS' })] })).replace('"NUMBERS"', numbers)
  const answer: unknown = await (await post(SIGN, text)).json()
  const updated = [...JSON.stringify(answer).matchAll(/"x-numbers":(\{[^}]*\})/g)].map(([, found = '{}']) => JSON.parse(found) as object) // sound: only compared
  expect(updated.length).toBeGreaterThan(0)
  for (const found of updated) expect(found).toEqual(JSON.parse(numbers))
})

const deletes = ({ type, resource, resourceId }: Action): void => {
  if (type === 'delete') expect([/^[A-Za-z]+\/[^/\s]+$/.test(resourceId ?? ''), resource]).toEqual([true, undefined])
  else expect(resourceId).toBeUndefined()
}
item('ACT-05', async () => {
  expect((await actions()).some(({ type }) => type === 'delete')).toBe(true)
  await each(actions(), deletes)
})
const drafted = ({ type, resource, resourceId }: Action): void => {
  const target = resourceId ?? `${String(resource?.['resourceType'])}/${String(resource?.['id'])}`
  if (type !== 'create') expect(['MedicationRequest/o1', 'MedicationRequest/o2']).toContain(target)
}
item('ACT-06', () => each(actions(), drafted))
item('T-43', () => each(actions(), (action) => {
  deletes(action)
  drafted(action)
}))
item('ACT-07', () => each(created(), ({ resource }) => {
  expect(['draft', 'active']).toContain(resource?.['status'] ?? 'draft')
  expect(JSON.stringify(resource)).toContain(`Patient/${MARK}`)
  if (String(resource?.['resourceType']).endsWith('Request')) expect(['proposal', 'plan', 'order']).toContain(resource?.['intent'])
}))

item('OVR-02', async () => {
  await each(reasons(), ({ system }) => expect(system).toBe('urn:ino-cds:override-reason'))
  const body = sentAlong()
  const listed = async () => cardsIn(await call(body)).map(({ overrideReasons }) => overrideReasons)
  expect(await listed()).toEqual(await listed())
})

item('LNK-01', () => each(links(), ({ label }) => expect(label).toMatch(/\S/)))
item('LNK-02', () => each(links(), ({ url }) => expect(isAbsolute(url)).toBe(true)))
item('LNK-03', () => each(links(), ({ type, url }) => {
  expect(['absolute', 'smart']).toContain(type)
  expect(url).not.toMatch(/[?&](?:launch|iss)=/)
}))
const contexts = () => each(links(), ({ type, appContext }) => expect(appContext === undefined || (type === 'smart' && typeof appContext === 'string')).toBe(true))
item('LNK-04', contexts)
item('T-46', contexts)
item('LNK-03', async () => {
  expect(new Set((await links()).map(({ type }) => type))).toEqual(new Set(['absolute', 'smart']))
}, { part: 'links of both types are there to be looked at', needs: ['own'] })
item('LNK-05', () => each(links(), ({ autolaunchable }) => expect(autolaunchable).not.toBe(true)))
item('LNK-06', async () => {
  await each(links(), ({ url }) => expect(url).not.toContain(MARK))
  expect(new Set((await links()).map(({ url }) => new URL(url).host)).size).toBe(1)
})
item('SEC-41', async () => {
  const { cards: all } = await call(sentAlong())
  const day = new Date(Date.now() - 86_400_000)
  const shown = [day.toISOString().slice(0, 10), `${String(day.getUTCDate())} ${day.toLocaleString('en', { month: 'short', timeZone: 'UTC' })}`]
  const words = wordsOf({ cards: all } as Answer) // sound: only the cards are read
  expect(shown.some((form) => words.includes(form))).toBe(true)
})

const LONG = `${'Haloperidol-decanoate-with-a-very-long-name '.repeat(12)}😀 &amp; so on`
const EVIL = ['<img src=x onerror=alert(1)>', '[click](javascript:alert(1))', '![i](https://evil.test/x.png)', 'a | b | c', '</li><script>alert(1)</script>', 'line\n# heading\n- item', '{{patient}} $& $1', '\u202Eevil']

/** An answer about a record whose names, units and texts are these words. */
async function about(text: string, unit: string, hook: HookName = 'order-sign'): Promise<Answer> {
  const chart = newChart()
  const record = recordFor(chart)
  const odd = chart.lab('odd', '1975-2', 4, 'mg/dL', { high: 1.2, hours: 20, code: { coding: [{ system: 'http://loinc.org', code: '1975-2', display: text }], text }, valueQuantity: { value: 4, unit: text } })
  const change: Partial<PatientRecord> = { labs: [...record.labs, odd], medications: [chart.medication('h', { coding: [{ system: RXNORM, code: '5093', display: text }], text })] }
  const draft = orderOf(chart, { medicationCodeableConcept: { ...INOTUZUMAB, text }, dosageInstruction: [{ text, doseAndRate: [{ doseQuantity: { value: 2.4, unit } }] }] })
  return call(requestOf(chart, { hook, drafts: [draft], prefetch: prefetchOf({ ...record, ...change }) }))
}
item('T-39', async () => {
  await shortSummaries()
  for (const hook of HOOKS) for (const unit of ['mg', LONG]) {
    const answer = await about(LONG, unit, hook)
    expect(answer.cards.length).toBeGreaterThan(0)
    for (const { summary } of answer.cards) expect([summary.length < 140, summary.isWellFormed()]).toEqual([true, true])
  }
  for (const length of [60, 80, 100, 120]) for (const sign of ['😀', 'é']) {
    for (const { summary } of (await about('x'.repeat(length) + sign.repeat(30), 'mg')).cards) expect(summary.isWellFormed()).toBe(true)
  }
})
item('T-49', async () => {
  for (const text of EVIL) {
    const answer = await about(text, text)
    expect(answer.cards.length).toBeGreaterThan(0)
    expect(wordsOf(answer)).not.toMatch(/(?<!\\)<\s*[a-z/!]/i)
    expect(answer.cards.map(({ detail = '' }) => detail).join('\n')).not.toMatch(/(?<!\\)\]\s*\(javascript|^#/m)
    expect(wordsOf(answer)).not.toContain('\u202E')
  }
})

item('T-40', () => each(toldAnswers(), ({ answer }) => expect(answer.text).not.toMatch(/"(?:suggestions|links|overrideReasons|systemActions)":(?:\[\]|null)|"detail":""/)))
item('T-41', () => each(cards(), behaviour))
item('T-42', async () => {
  const epic = (await toldAnswers()).filter(({ client }) => client === 'epic').map(({ answer }) => answer)
  expect(epic.flatMap(suggestionsIn).length).toBeGreaterThan(0)
  for (const { selectionBehavior, source } of epic.flatMap(cardsIn)) expect([[undefined, 'any'].includes(selectionBehavior), /^[A-Za-z0-9]{1,100}$/.test(source.topic.code)]).toEqual([true, true])
  for (const { actions: all } of epic.flatMap(suggestionsIn)) expect(all).toHaveLength(1)
  expect(epic.flatMap(actionsIn).filter(({ type, resource }) => type === 'update' && resource?.['resourceType'] === 'MedicationRequest')).toEqual([])
  // Nothing clinical gets lost in another dialect.
  const generic = (await toldAnswers()).filter(({ client }) => client === 'generic').map(({ answer }) => answer)
  expect(epic.map(findingsOf)).toEqual(generic.map(findingsOf))
}, { needs: ['ehr'] })
item('T-45', async () => {
  await each(reasons(), (reason) => {
    coded(reason)
    expect(reason.display).toMatch(/\S/)
  })
  await each(cards(), ({ source }) => {
    coded(source.topic)
    expect(source.topic.display).toMatch(/\S/)
  })
})
item('T-45', async () => {
  const epic = (await toldAnswers()).filter(({ client }) => client === 'epic').flatMap(({ answer }) => cardsIn(answer)).flatMap(({ overrideReasons = [] }) => overrideReasons)
  expect(epic.length).toBeGreaterThan(0)
  expect(epic.filter(({ code }) => !/^[A-Za-z0-9]+$/.test(code))).toEqual([])
}, { needs: ['ehr'], part: 'codes of letters and digits for Epic' })
item('T-47', async () => {
  for (const hook of HOOKS) {
    const body = sentAlong({ hook })
    const [one, two] = [await call(body), await call(body)]
    expect(cardsOf(two)).toEqual(cardsOf(one))
    const uuids = [one, two].flatMap((answer) => [...answer.cards, ...suggestionsIn(answer)].map(({ uuid }) => uuid))
    expect(new Set(uuids).size).toBe(uuids.length)
  }
})
item('T-48', () => each(toldAnswers(), ({ answer }) => expect([answer.text.startsWith('{"cards":['), answer.text.includes('systemActions')]).toEqual([true, false])))

const CALMING = /no (?:concerns|problems|issues)|all (?:checks|clear|normal|good)|safe to (?:give|proceed)|cleared|may be given|ok to/i
/** A record without any reason to hold or to correct. */
const fine = (chart: Chart): PatientRecord => {
  const record = recordFor(chart)
  return {
    ...record, labs: [...record.labs.filter(({ id }) => !/-(?:bilirubin|anc-now)$/.test(id)), chart.lab('bilirubin', '1975-2', 0.6, 'mg/dL', { high: 1.2 }), chart.lab('anc-now', '751-8', 2, '10*9/L')], ecg: record.ecg.slice(0, 1),
    medications: ['Ursodiol 300 mg', 'Dexamethasone 20 mg', 'Acetaminophen 650 mg', 'Diphenhydramine 25 mg'].map((text, i) => chart.medication(`m${String(i)}`, { text })),
  }
}
const right = (chart: Chart): object => order(chart, { dosageInstruction: [{ timing: { event: [new Date(Date.now() + 3_600_000).toISOString()] }, doseAndRate: [{ doseQuantity: quantity(1.6, 'mg') }] }] })
item('T-83', async () => {
  for (const hook of HOOKS) for (const key of KEYS.filter((one) => one !== 'immunizations')) {
    const chart = newChart()
    const { [key]: _, ...sent } = prefetchOf(fine(chart))
    const answer = await call(requestOf(chart, { hook, drafts: [right(chart)], prefetch: sent }))
    expect(rulesOf(answer)).toContain('data-service-incomplete')
    expect(wordsOf(answer)).toMatch(/not read/i)
    expect(wordsOf(answer)).not.toMatch(CALMING)
  }
})
item('T-86', async () => {
  for (const hook of HOOKS) for (const key of KEYS) {
    const chart = newChart()
    expect(wordsOf(await call(requestOf(chart, { hook, drafts: [right(chart)], prefetch: prefetchOf({ ...fine(chart), [key]: [] }) })))).not.toMatch(CALMING)
  }
})
item('T-84', async () => {
  for (const hook of HOOKS) {
    const chart = newChart()
    const record = recordFor(chart)
    const worst: Partial<PatientRecord> = {
      labs: [...record.labs.filter(({ id }) => !/(?:alt|ast|potassium|plt|blasts)-now/.test(id)), chart.lab('alt-now', '1742-6', 170, 'U/L', { high: 40 }), chart.lab('ast-now', '1920-8', 170, 'U/L', { high: 40 }), chart.lab('potassium-now', '2823-3', 2.4, 'mmol/L'), chart.lab('plt-now', '777-3', 8, '10*9/L'), chart.lab('blasts-now', '26446-5', 80, '%')],
      ecg: [...record.ecg.slice(0, 1), chart.observation('procedure', 'qtcf', '76634-5', 540, 'ms')],
    }
    const answer = await call(sentAlong({ chart, hook, record: { ...record, ...worst } }))
    expect(answer.cards.length).toBeLessThanOrEqual(5)
    const critical = (answer.decision?.findings ?? []).filter(({ indicator }) => indicator === 'critical')
    expect([critical.length >= 4, critical.filter(({ shown }) => !shown), answer.cards[0]?.indicator]).toEqual([true, [], 'critical'])
  }
})
item('T-85', async () => {
  const alarms = ({ decision }: Answer): readonly string[] => (decision?.findings ?? []).filter(({ indicator }) => indicator !== 'info').map(({ rule, indicator }) => `${rule}:${indicator}`)
  for (const change of [() => ({}), () => ({ labs: [] }), () => ({ administrations: [] })]) {
    const body = ((chart) => sentAlong({ chart, record: { ...recordFor(chart), ...change() } }))(newChart())
    const [select, sign] = [await call({ ...body, hook: 'order-select' }), await call(body)]
    expect(alarms(select).length).toBeGreaterThan(0)
    expect(alarms(sign)).toEqual(expect.arrayContaining([...alarms(select)]))
  }
})
