import { describe, expect, test } from 'vitest'
import { applyPrecedence, evaluateScope, type Finding, mergeDoses } from '../../src/engine/findings.ts'
import type { Content } from '../../src/engine/rule.ts'
import { present } from '../../src/facts/fact.ts'
import { chartOf, compileSmall, neutrophils, order, ruleWith, scopeOn } from '../facts/small-content.ts'
import { contentWith, doseOf, findingsOf, type DoseOptions } from './findings.ts'

const HOLD = 'cards/holds/hold-low.yaml'
const HOUR_AGO = '2025-03-03T11:00:00Z'
const ids = (findings: readonly Finding[]): string[] => findings.map(({ rule }) => rule.id)
const evaluate = (content: Content, options: DoseOptions = {}) => evaluateScope(content, doseOf({ content, ...options }))

describe('which rules run', () => {
  const low = [neutrophils(0.5, HOUR_AGO)]
  const fires = (rule: object, options: Parameters<typeof scopeOn>[1] = {}): boolean => {
    const content = compileSmall({ [HOLD]: ruleWith(rule) })
    return evaluateScope(content, scopeOn(chartOf({ content, resources: low, drafts: [order()] }), options)).findings.length > 0
  }
  test('those of the hook', () => {
    expect(fires({ hooks: ['order-sign'] })).toBe(true)
    expect(fires({ hooks: ['order-sign'] }, { hook: 'order-select' })).toBe(false)
  })
  test('those of a trigger that the order matches', () => {
    expect(fires({ on: ['patient', 'drug-order'] })).toBe(true)
    expect(fires({ on: 'azole-order' })).toBe(false)
  })
  test('those of the profile in force', () => {
    expect(fires({ profiles: ['label-us'] })).toBe(true)
    expect(fires({ profiles: ['label-eu'] })).toBe(false)
  })
  test('with the settings of the site', () => {
    const content = compileSmall({}, { settings: { neutrophil_limit: 0.5 } })
    expect(evaluate(content, { resources: low }).findings).toEqual([])
  })
})

describe('a dose that is days ahead', () => {
  const planned = '2025-03-06T12:00:00Z'
  const later = '2025-03-06T12:00:00.001Z'
  const urgency = (basis: string, date: string): [string | undefined, boolean | undefined] => {
    const content = compileSmall({ [HOLD]: ruleWith({ basis, when: [{ because: 'x', check: '%neutrophilsLatest < 1' }] }) })
    // The real derivation decides how near the dose is.
    const [finding] = evaluateScope(content, scopeOn(chartOf({ content, resources: [neutrophils(0.5, HOUR_AGO)], drafts: [order()] }), { planned: date })).findings
    return [finding?.indicator, finding?.isPreview]
  }
  test.each(['labs', 'ecg', 'weight'])('makes a rule about %s a preview beyond 72 hours', (basis) => {
    expect(urgency(basis, planned)).toEqual(['critical', false])
    expect(urgency(basis, later)).toEqual(['info', true])
  })
  test.each(['order', 'history'])('changes nothing about the %s', (basis) => expect(urgency(basis, later)).toEqual(['critical', false]))
})

describe('what is missing', () => {
  test('is told with its reason', () => expect([...evaluate(compileSmall()).missing]).toEqual([['neutrophils', { why: 'absent', detail: 'no result on file' }]]))
  test('is not told where the question does not arise', () => {
    const content = compileSmall({ [HOLD]: ruleWith({ when: [{ because: 'x', check: '%neutrophilsBefore < 1' }], then: { indicator: 'info', action: 'watch', summary: 'x' } }) })
    expect(evaluate(content).missing.size).toBe(0)
  })
  test('is told where a bound leaves the question open', () => {
    const bound = { ...neutrophils(0, HOUR_AGO), valueQuantity: { value: 2, unit: '10*9/L', comparator: '<' } }
    const { findings, missing, notEvaluated } = evaluate(compileSmall(), { resources: [bound] })
    expect([findings, [...missing], notEvaluated]).toEqual([[], [['neutrophils', { why: 'ambiguous', detail: 'only known as <2 ×10⁹/L' }]], []])
  })
  test('is not told by rules that fired or were surely silent', () => {
    expect(evaluate(compileSmall(), { resources: [neutrophils(0.5, HOUR_AGO)] }).missing.size).toBe(0)
    expect(evaluate(compileSmall(), { resources: [neutrophils(1, HOUR_AGO)] }).missing.size).toBe(0)
  })
})

describe('a rule that could not be evaluated', () => {
  const notEvaluated = (members: object, unread: readonly string[], resources: readonly object[] = []): readonly object[] =>
    evaluate(compileSmall({ [HOLD]: ruleWith({ then: { indicator: 'warning', action: 'watch', summary: 'x' }, ...members }) }), { unread, resources }).notEvaluated
  const told = [{ rule: 'hold-low', why: 'no answer in time' }]
  const line = (check: string): object => ({ because: 'x', check })
  test('is told where its source was not read', () => {
    expect(notEvaluated({}, ['labs'])).toEqual(told)
    expect(notEvaluated({}, ['conditions'])).toEqual([])
  })
  test('is told where a list could not be read and so counts as empty', () => {
    expect(notEvaluated({ when: [line('%partnerNames.count() > 0')] }, ['medications'])).toEqual(told)
    expect(notEvaluated({ when: [line('%partnerNames.count() > 0')] }, [])).toEqual([])
  })
  test('is told where only a level rests on such a list', () => {
    const rule = { when: [line('1 = 1')], levels: [{ check: '%partnerNames.count() > 1', indicator: 'critical' }, { check: '%partnerNames.count() > 0', indicator: 'warning' }] }
    expect(notEvaluated(rule, ['medications'])).toEqual(told)
    expect(notEvaluated(rule, [])).toEqual([])
  })
  test('is not told where another line surely says no', () => expect(notEvaluated({ when: [line('%partnerNames.count() > 0'), line('1 = 2')] }, ['medications'])).toEqual([]))
  test('is not told where an exception surely holds', () => {
    expect(notEvaluated({ when: [line('%partnerNames.count() > 0')], unless: [line('1 = 1')] }, ['medications'])).toEqual([])
    expect(notEvaluated({ when: [line('1 = 1')], unless: [line('1 = 1')], levels: [{ check: '%partnerNames.count() > 0', indicator: 'warning' }] }, ['medications'])).toEqual([])
  })
  test('is told with what is missing', () => {
    const { missing } = evaluate(compileSmall({ [HOLD]: ruleWith({ when: [line('%partnerNames.count() > 0')] }) }), { unread: ['medications'] })
    expect([...missing]).toEqual([['partnerNames', { why: 'unavailable', detail: 'no answer in time' }]])
  })
})

describe('precedence', () => {
  const rules = { a: { indicator: 'critical' }, b: {}, c: { indicator: 'info' }, d: {} }
  const after = (precedence: readonly object[], fired = ['a', 'b', 'c', 'd']): string[] => {
    const content = contentWith(rules, { 'cards/precedence.yaml': precedence.map((one) => ({ because: 'x', ...one })) })
    return ids(applyPrecedence(findingsOf(content).filter(({ rule }) => fired.includes(rule.id)), content.precedence))
  }
  test('drops what a stronger rule replaces', () => expect(after([{ keep: 'a', drop: ['b', 'd'] }])).toEqual(['a', 'c']))
  test('drops nothing where the stronger rule did not fire', () => expect(after([{ keep: 'a', drop: ['b'] }], ['b', 'c'])).toEqual(['b', 'c']))
  test('lets a rule that was dropped drop nothing', () => {
    expect(after([{ keep: 'a', drop: ['b'] }, { keep: 'b', drop: ['c'] }])).toEqual(['a', 'c', 'd'])
    expect(after([{ keep: 'a', drop: ['b'] }, { keep: 'b', drop: ['c'] }], ['b', 'c'])).toEqual(['b'])
  })
  test.each([['critical', ['a', 'c', 'd']], ['warning', ['a', 'c', 'd']]])('that needs %s counts for a critical finding', (atLeast, expected) => expect(after([{ keep: 'a', drop: ['b'], atLeast }])).toEqual(expected))
  test('that needs more than the rule said drops nothing', () => {
    expect(after([{ keep: 'c', drop: ['d'], atLeast: 'warning' }])).toEqual(['a', 'b', 'c', 'd'])
    expect(after([{ keep: 'b', drop: ['d'], atLeast: 'warning' }])).toEqual(['a', 'b', 'c'])
    expect(after([{ keep: 'b', drop: ['d'], atLeast: 'critical' }])).toEqual(['a', 'b', 'c', 'd'])
  })
  test('holds within an evaluation', () => {
    const content = contentWith(rules, { 'cards/precedence.yaml': [{ keep: 'a', drop: ['b', 'c', 'd'], because: 'x' }] })
    expect(ids(evaluate(content).findings)).toEqual(['a'])
  })
})

describe('the doses of one order', () => {
  const content = contentWith({ a: {}, b: {} })
  const [first, second] = [doseOf({ content, planned: '2025-03-03' }), doseOf({ content, planned: '2025-03-10' })]
  const [a, b] = findingsOf(content, first)
  const [aLater, bLater] = findingsOf(content, second)
  if (!a || !b || !aLater || !bLater) throw new Error('no findings')
  test('give one finding of each rule, of the earliest dose', () => expect(mergeDoses([a, b, aLater, bLater])).toEqual([a, b]))
  test('give the most urgent one, wherever it stands', () => {
    const urgent = { ...aLater, indicator: 'critical' as const }
    expect(mergeDoses([a, urgent])).toEqual([urgent])
    expect(mergeDoses([urgent, a])).toEqual([urgent])
    expect(mergeDoses([{ ...a, indicator: 'info' }, aLater])).toEqual([aLater])
  })
  test('are kept apart from those of another order', () => {
    const other = findingsOf(content, doseOf({ content, drafts: [order({ id: 'o2' })] }))
    expect(mergeDoses([a, ...other])).toEqual([a, ...other])
  })
  test('of no order at all are one', () => {
    const patient = findingsOf(content, doseOf({ content, drafts: [] }))
    expect(mergeDoses([...patient, ...patient])).toEqual(patient)
  })
})

test('a fact about the dose that no rule may know makes no rule louder', () => {
  const content = compileSmall({ [HOLD]: ruleWith({ basis: 'labs' }) })
  const [finding] = evaluate(content, { resources: [neutrophils(0.5, HOUR_AGO)], derive: { actionable: present(false, 'no') } }).findings
  expect(finding).toMatchObject({ indicator: 'info', isPreview: true, said: { indicator: 'critical' } })
})

