import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { buildCard, type CardTools } from '../../src/engine/card.ts'
import { type CardTopic, type Group } from '../../src/engine/deck.ts'
import type { Finding } from '../../src/engine/findings.ts'
import type { Content } from '../../src/engine/rule.ts'
import { missing, present } from '../../src/facts/fact.ts'
import type { Card } from '../../src/hooks/response.ts'
import { lintResponse } from '../../src/hooks/response-lint.ts'
import { bilirubin, fileWith, neutrophils, order } from '../facts/small-content.ts'
import { acknowledged, contentWith, doseOf, type DoseOptions, findingsOf, type RuleMembers, toolsOf } from './findings.ts'

type Rules = Readonly<Record<string, RuleMembers>>
interface Options extends DoseOptions { readonly topic?: CardTopic; readonly tools?: Partial<CardTools>; readonly changes?: Readonly<Record<string, unknown>>; readonly change?: (findings: readonly Finding[]) => readonly Finding[] }

const groupOf = (content: Content, { topic = 'giveOrHold', change = (all) => all, ...dose }: Options): Group => ({ topic, findings: change(findingsOf(content, doseOf({ ...dose, content }))) })

/** The card of these rules, as if all had fired; it must also be one that CDS Hooks allows. */
function cardOf(rules: Rules, options: Options = {}): Card {
  const content = contentWith(rules, options.changes)
  const card = buildCard(groupOf(content, options), content, toolsOf(options.tools))
  expect(lintResponse({ cards: [card] }, ['MedicationRequest/o1'])).toEqual([])
  return card
}
const linesOf = (card: Card): readonly string[] => card.detail?.split('\n') ?? []
const LONG = 'x'.repeat(500)
const rulesOf = (count: number, members: RuleMembers = {}): Rules => Object.fromEntries(Array.from({ length: count }, (_, i) => [`r${String(i).padStart(2, '0')}`, members]))

describe('a headline', () => {
  test('is what the leading finding says, with values, dates and settings', () => {
    const summary = 'Hold {{doseLabel}}: {{neutrophils}} on {{neutrophils.date}} ({{neutrophils.short}}), below {{setting.neutrophil_limit}}; {{setting.bili_limit}}; {{bili}}; {{setting.slots}}'
    expect(cardOf({ a: { summary } }, { resources: [neutrophils(0.5, '2025-03-01')] }).summary).toBe('Hold C1D1: 0.5 ×10⁹/L on 2025-03-01 (1 Mar), below 1; 2 mg/dL or 34 umol/L; unknown; 1, 8, 15')
  })
  test('can show the limit of normal of a result, and the value alone', () => {
    const resources = [bilirubin(1.8, 'mg/dL', '2025-03-03', { referenceRange: [{ high: { value: 1.2 } }] })]
    expect(cardOf({ a: { summary: '{{bili.value}} / {{bili.uln}} / {{bili.lln}} / {{neutrophils.date}}' } }, { resources }).summary).toBe('1.8 / 1.2 / unknown / unknown')
  })
  test('counts the others that want an answer', () => expect(cardOf({ a: {}, b: {}, c: { indicator: 'critical' }, d: { indicator: 'info' } }, { change: (all) => [...all].sort((x, y) => x.indicator.localeCompare(y.indicator)) }).summary).toBe('Says c (+2 more)'))
  test('leaves the count out rather than growing too long', () => {
    expect(cardOf({ a: { summary: 'y'.repeat(129) }, b: {} }).summary).toBe(`${'y'.repeat(129)} (+1 more)`)
    expect(cardOf({ a: { summary: 'y'.repeat(130) }, b: {} }).summary).toBe('y'.repeat(130))
  })
  test('never has more than 139 characters', () => {
    expect(cardOf({ a: { summary: 'y'.repeat(139) } }).summary).toHaveLength(139)
    expect(cardOf({ a: { summary: `Stop: {{sex}} {{sex}} ${'y'.repeat(60)}` } }, { derive: { sex: present(LONG, LONG) } }).summary).toMatch(/^.{138}…$/u)
  })
  test('shows no tag, line break or hidden character of the record', () => {
    const sex = '<script>alert(1)</script>\n\u202Eevil\u0000 &amp;'
    expect(cardOf({ a: { summary: 'Sex {{sex}}' } }, { derive: { sex: present(sex, sex) } }).summary).toBe('Sex ‹script›alert(1)‹/script> evil &amp;')
  })
})

describe('a headline of several things of one kind', () => {
  const item = (words: string, members: RuleMembers = {}): RuleMembers => ({ card: 'missing', ...members, said: { item: words } })
  const headline = (rules: Rules, options: Options = {}): string => cardOf(rules, { topic: 'missing', ...options }).summary
  test('names them all', () => expect(headline({ a: item('ECG'), b: item('uric acid') })).toBe('2 open before C1D1: ECG, uric acid'))
  test('counts what a finding lists as several', () => expect(headline({ a: item('potassium, magnesium'), b: item('ECG') })).toBe('3 open before C1D1: potassium, magnesium, ECG'))
  test('names each once', () => expect(headline({ a: item('ECG'), b: item('ECG'), c: item('uric acid') })).toBe('2 open before C1D1: ECG, uric acid'))
  test('of one thing is what that finding says', () => expect(headline({ a: item('ECG') })).toBe('Says a'))
  test('of things without a short name is what the first one says', () => expect(headline({ a: item('ECG'), b: { card: 'missing' } })).toBe('Says a (+1 more)'))
  test('names only what is as urgent as the first', () => expect(headline({ a: item('ECG'), b: item('uric acid'), c: item('height', { indicator: 'info' }) })).toBe('2 open before C1D1: ECG, uric acid'))
  test('says how many more there are, where not all fit', () => {
    const summary = headline(Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`r${String(i).padStart(2, '0')}`, item(`laboratory test ${String(i)}`)])))
    expect(summary).toBe('12 open before C1D1: laboratory test 0, laboratory test 1, laboratory test 2, laboratory test 3, laboratory test 4, 7 more')
    expect(summary.length).toBeLessThanOrEqual(139)
  })
  test('says only how many where not even one fits', () => expect(headline({ a: item('y'.repeat(139)), b: item('z'.repeat(139)) })).toBe('2 open before C1D1: 2 more'))
  test('takes words of the record for words, not for a pattern', () => expect(headline({ a: item('{{sex}}'), b: item('ECG') }, { derive: { sex: present('x', "$& $' $1 {{items}}") } })).toBe("2 open before C1D1: $& $' $1 {{items}}, ECG"))
  test('stays short when even the dose has a long name', () => expect(headline({ a: item('ECG'), b: item('uric acid') }, { derive: { doseLabel: present(LONG, LONG) } }).length).toBeLessThanOrEqual(139))
  test('needs no name of the dose', () => expect(headline({ a: item('ECG'), b: item('uric acid') }, { derive: { doseLabel: missing('not-applicable', 'x') } })).toMatch(/ECG, uric acid$/))
})

describe('the details', () => {
  test('of a call with several orders begin with those the card is about, in the words of the EHR', () => {
    const drug = { medicationCodeableConcept: { text: 'Inotuzumab [x](y)', coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '1942950' }] } }
    const [first] = linesOf(cardOf({ a: {} }, { drafts: [order({ ...drug, dosageInstruction: [{ timing: { event: ['2025-03-03'] } }] })], tools: { severalOrders: true } }))
    expect(first).toMatch(/^- \*\*Order:\*\* Inotuzumab .*x.* C1D1/)
    expect(first).not.toContain('[x](y)')
    expect(cardOf({ a: {} }).detail).not.toContain('Order:')
  })
  test('say why, what lifts it, what to confirm, and where it stands', () => {
    const rule = { doubt: 'Is it so?', evidence: [{ source: 'US', at: 'section 2', says: 'x' }, { source: 'US', at: 'section 2', says: 'y' }] }
    expect(linesOf(cardOf({ a: { said: { why: 'It harms 1 in 10.', release: 'It is over.' }, rule } }))).toEqual([
      '- It is so', '- **Why:** It harms 1 in 10.', '- **Until:** It is over.', '- **To confirm:** Is it so?', '- **Sources:** US label, section 2 (revision 2024-03)',
    ])
  })
  test('name every other finding, those that want an answer in bold, with what lifts them', () => {
    expect(linesOf(cardOf({ a: {}, b: { said: { release: 'It is over.' } }, c: { indicator: 'info' } })).slice(1, 3)).toEqual(['- **Says b** Until: It is over.', '- Says c'])
  })
  test('say by whom and when a finding was answered', () => {
    const card = cardOf({ a: {}, b: {} }, { change: ([a, b]) => (a && b ? [a, acknowledged(b, 'Dr *Who*')] : []) })
    expect(linesOf(card)[1]).toBe('- Says b (acknowledged by Dr \\*Who\\* on 2025-03-02)')
  })
  test('say what could not be checked', () => expect(linesOf(cardOf({ a: {} }, { tools: { notChecked: ['the labs (no answer)', 'x_y'] } })).at(-2)).toBe('- **Not checked:** the labs (no answer); x\\_y'))
  test('say whose drug was recognised by its name alone', () => {
    expect(linesOf(cardOf({ a: {} }, { drafts: [order({ medicationCodeableConcept: { text: 'Inotuzumab *x*' } })] })).at(-2)).toBe('- **By name only:** Inotuzumab \\*x\\*')
    expect(cardOf({ a: {} }).detail).not.toContain('By name only')
  })
  test('put more than four reasons into one line', () => {
    const when = Array.from({ length: 7 }, (_, i) => ({ because: `reason ${String(i)}`, check: '1 = 1' }))
    expect(linesOf(cardOf({ a: { rule: { when } } })).slice(0, 5)).toEqual(['- Reason 0', '- Reason 1', '- Reason 2', '- Reason 3', '- Reason 4; Reason 5; Reason 6'])
  })
  test('show nothing of the record as Markdown', () => {
    const evil = '# [click](javascript:1) <img src=x> `code` **b** | https://evil.example \n- item'
    const [line] = linesOf(cardOf({ a: { rule: { when: [{ because: '{{sex}}', check: '1 = 1' }] } } }, { derive: { sex: present('x', evil) } }))
    expect(line).not.toMatch(/(?<!\\)[[\]*`|]|<img|https:\/\/evil/)
  })
  const worst: RuleMembers = { said: { why: 'w', release: 'r' }, rule: { doubt: 'd', when: Array.from({ length: 6 }, () => ({ because: '{{sex}}', check: '1 = 1' })) } }
  test.each([1, 2, 3, 4, 5, 12, 40])('have at most 12 lines, with every one of %d critical findings in them', (count) => {
    const rules = Object.fromEntries(Object.keys(rulesOf(count)).map((id) => [id, { ...worst, indicator: 'critical' }]))
    const card = cardOf(rules, { drafts: [order({ medicationCodeableConcept: { text: `inotuzumab ${LONG}` } })], derive: { sex: present('x', `${LONG}\n\n${LONG}`) }, tools: { notChecked: Array.from({ length: 9 }, () => LONG) } })
    expect(linesOf(card).length).toBeLessThanOrEqual(12)
    expect(card.extension?.['org.ino-cds.findings']).toHaveLength(count)
    for (const id of Object.keys(rules).slice(1)) expect(card.detail).toContain(`Says ${id}`)
    expect(card.detail).toContain('Not checked:')
    expect(card.detail).toContain('Sources:')
  })
  test('use all twelve lines before they shorten', () => {
    expect(linesOf(cardOf(rulesOf(11)))).toHaveLength(12)
    expect(linesOf(cardOf(rulesOf(12))).at(-2)).toBe('- Says r10 · Says r11')
  })
})

describe('the frame of a card', () => {
  test('names decision, sender, rule and findings', () => {
    const card = cardOf({ a: {}, b: { indicator: 'info' } }, { topic: 'dose' })
    expect(card.source).toEqual({ label: 'Checks', url: 'https://cds.example/rules', topic: { system: 'urn:ino-cds:card', code: 'dose', display: 'Dose' } })
    expect(card.links).toEqual([{ type: 'absolute', label: 'Evidence', url: 'https://cds.example/rules/a#evidence' }])
    const [, smart] = cardOf({ a: {} }, { tools: { smartAppUrl: 'https://apps.example/launch', decision: 'd1' } }).links ?? []
    expect(smart).toEqual({ type: 'smart', label: 'Timeline', url: 'https://apps.example/launch', appContext: expect.stringMatching(/^\{"decision":"d1","rule":"[a-z0-9-]+","order":"MedicationRequest\/o1"\}$/) })
    expect(card.extension).toEqual({ 'org.ino-cds.findings': [{ rule: 'a', indicator: 'warning' }, { rule: 'b', indicator: 'info' }] })
  })
  test('is as urgent as what still wants an answer', () => {
    const card = cardOf({ a: { indicator: 'critical' }, b: { indicator: 'info' } }, { change: ([a, b]) => (a && b ? [b, acknowledged(a)] : []) })
    expect([card.indicator, card.summary]).toEqual(['info', 'Says b'])
  })
})

describe('reasons for another decision', () => {
  const reasons = (rules: Rules, options: Options = {}): (readonly string[]) | undefined => cardOf(rules, options).overrideReasons?.map(({ code }) => code)
  test('are those of the findings, then those that are always offered', () => expect(reasons({ a: { said: { overrideReasons: ['reason-a'] } }, b: { said: { overrideReasons: ['reason-b', 'reason-a'] } } })).toEqual(['reason-a', 'reason-b', 'data-wrong', 'reviewed']))
  test('are never more than the deck allows, the always offered among them', () => {
    expect(reasons({ a: { said: { overrideReasons: ['reason-a', 'reason-b', 'reason-c', 'reason-d', 'reason-e', 'newer-result'] } } })).toEqual(['reason-a', 'reason-b', 'reason-c', 'reason-d', 'data-wrong', 'reviewed'])
  })
  test('name what is always offered only once', () => expect(reasons({ a: { said: { overrideReasons: ['reviewed', 'reason-a'] } } })).toEqual(['reason-a', 'data-wrong', 'reviewed']))
  test('are offered without any of their own', () => expect(reasons({ a: {} })).toEqual(['data-wrong', 'reviewed']))
  test('are not asked for by what only informs', () => {
    expect(reasons({ a: { indicator: 'info', said: { overrideReasons: ['reason-a'] } } })).toBeUndefined()
    expect(reasons({ a: {}, b: { indicator: 'info', said: { overrideReasons: ['reason-a'] } } })).toEqual(['data-wrong', 'reviewed'])
  })
  test('have the words of the site', () => expect(cardOf({ a: {} }).overrideReasons?.[0]).toEqual({ code: 'data-wrong', system: 'urn:reason', display: 'Because data-wrong' }))
})

test('whatever the record holds, a card is one that CDS Hooks allows', () => {
  const content = contentWith({
    a: { indicator: 'critical', summary: 'Hold {{doseLabel}}: {{sex}} {{neutrophils}} {{sex.date}}', said: { item: '{{sex}}', why: '{{sex}}', release: '{{sex}}', suggestions: ['order-count', 'remove'] }, rule: { when: [{ because: '{{sex}}', check: '1 = 1' }] } },
    b: { summary: '{{sex}}{{doseLabel}}', said: { item: '{{doseLabel}}' } }, c: { indicator: 'info', summary: '{{sex}}' },
  }, { 'cards/suggestions/order-count.yaml': fileWith('cards/suggestions/order-count.yaml', { label: 'For {{sex}}', unless: undefined }) })
  const hostile = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.constantFrom('$&', '{{items}}', '\u2028', '\uD800', ' ', '', '| a |', '```', '<!--'))
  fc.assert(fc.property(hostile, hostile, fc.constantFrom<CardTopic>('giveOrHold', 'missing'), (sex, label, topic) => {
    const card = buildCard(groupOf(content, { topic, derive: { sex: present(sex, sex), doseLabel: present(label, label) } }), content, toolsOf({ notChecked: [sex === '' ? 'x' : sex] }))
    expect(lintResponse({ cards: [card] }, ['MedicationRequest/o1'])).toEqual([])
    expect(linesOf(card).length).toBeLessThanOrEqual(12)
  }), { numRuns: 200 })
})
