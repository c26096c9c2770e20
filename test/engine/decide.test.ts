import { describe, expect, test } from 'vitest'
import type { HookName } from '../../src/content/schema/common.ts'
import { decide, type Decided } from '../../src/engine/decide.ts'
import { evidenceOf } from '../../src/engine/evidence.ts'
import type { Finding } from '../../src/engine/findings.ts'
import { focuses } from '../../src/engine/focus.ts'
import type { Content } from '../../src/engine/rule.ts'
import { missing, present } from '../../src/facts/fact.ts'
import { lintResponse } from '../../src/hooks/response-lint.ts'
import { chartOf, type ChartOptions, compileSmall, neutrophils, order, ruleWith } from '../facts/small-content.ts'
import { contentWith, doseOf, findingsOf, toolsOf } from './findings.ts'

const HOLD = 'cards/holds/hold-low.yaml'
const HOUR_AGO = '2025-03-03T11:00:00Z'
const at = (...event: readonly string[]): object => ({ dosageInstruction: [{ timing: { event } }] })
const small = compileSmall()

interface Options extends ChartOptions { readonly hook?: HookName; readonly acknowledged?: (finding: Finding) => { by: string; at: number } | undefined; readonly told?: (finding: Finding) => boolean }

function answer(content: Content, { hook = 'order-sign', acknowledged, told, ...options }: Options): Decided {
  const chart = chartOf({ content, drafts: [order(at('2025-03-03T12:00:00Z'))], ...options })
  const { notChecked: _, ...tools } = toolsOf()
  const decided = decide(content, chart, hook, focuses(content, chart, hook), { ...tools, ...(acknowledged ? { acknowledged } : {}), ...(told ? { told } : {}) })
  expect(lintResponse({ cards: decided.cards, extension: { 'org.ino-cds.decision': decided.decision } }, ['MedicationRequest/o1'])).toEqual([])
  return decided
}

describe('a decision', () => {
  test('holds what was found, by whom it was said and what for', () => {
    const { decision, cards } = answer(small, { resources: [neutrophils(0.5, HOUR_AGO)] })
    expect(decision).toEqual({
      id: expect.stringMatching(/^0{8}-/) as string, profile: 'label-us', labelRevision: '2024-03', content: small.hash, orders: ['MedicationRequest/o1'],
      findings: [{ rule: 'hold-low', indicator: 'critical', order: 'MedicationRequest/o1', shown: true }], missing: [], notEvaluated: [],
    })
    expect(cards.map(({ summary, indicator }) => [summary, indicator])).toEqual([['Hold: neutrophils 0.5 ×10⁹/L, 3 Mar', 'critical']])
  })
  test('without findings has no cards, and says what was missing by the words of the fact', () => {
    const { decision, cards } = answer(small, {})
    expect([cards, decision.findings, decision.missing]).toEqual([[], [], [{ fact: 'neutrophils', why: 'Neutrophils: no result on file' }]])
  })
  test('keeps what was told while ordering, unshown, where it only informs', () => {
    const content = contentWith({ a: { indicator: 'critical' }, b: { indicator: 'warning' }, c: { indicator: 'info' } })
    const shown = (told: boolean) => answer(content, { told: () => told }).decision.findings.map(({ rule, shown: is }) => `${rule} ${String(is)}`)
    expect(shown(false)).toEqual(['a true', 'b true', 'c true'])
    expect(shown(true)).toEqual(['a true', 'b true', 'c false'])
  })
  test('tells which rules could not be evaluated, once for all doses', () => {
    const { decision } = answer(small, { unread: ['labs'], drafts: [order(at('2025-03-03', '2025-03-10'))] })
    expect(decision.notEvaluated).toEqual([{ rule: 'hold-low', why: 'no answer in time' }])
    expect(decision.missing).toHaveLength(1)
    expect(decision.orders).toEqual(['MedicationRequest/o1'])
  })
  test('of several doses has one finding of each rule', () => {
    const { decision } = answer(compileSmall({ [HOLD]: ruleWith({ when: [{ because: 'x', check: '%neutrophilsLatest < 1' }] }) }), { resources: [neutrophils(0.5, HOUR_AGO)], drafts: [order(at('2025-03-03', '2025-03-04'))] })
    expect(decision.findings).toHaveLength(1)
  })
  test('keeps findings that no card shows', () => {
    const { decision, cards } = answer(contentWith({ a: { indicator: 'info' } }), {})
    expect([cards, decision.findings]).toEqual([[], [{ rule: 'a', indicator: 'info', order: 'MedicationRequest/o1', shown: false }]])
  })
  test('attaches the grade of a finding, where it is known', () => {
    const graded = contentWith({ a: { rule: { grade: 'sex' } } })
    expect(answer(graded, { resources: [{ resourceType: 'Patient', id: 'p', gender: 'female' }] }).decision.findings[0]).toHaveProperty('grade', 'female')
    expect(answer(graded, {}).decision.findings[0]).not.toHaveProperty('grade')
  })
  test('about a patient names no order', () => {
    const content = contentWith({ a: { rule: { hooks: ['patient-view'], on: 'patient' } } }, { 'cards/triggers.yaml': { patient: { title: 'x', per: 'patient' } } })
    expect(answer(content, { hook: 'patient-view', drafts: [] }).decision).toMatchObject({ orders: [], findings: [{ rule: 'a', indicator: 'warning', shown: true }] })
  })
})

describe('a card', () => {
  test('says which sources that matter could not be read, and not which do not', () => {
    const { cards } = answer(contentWith({ a: {} }), { unread: ['labs', 'assessments'] })
    expect(cards[0]?.detail).toContain('**Not checked:** the labs (no answer in time)')
    expect(cards[0]?.detail).not.toContain('assessments')
  })
  test('is not opened by what was answered before, which stays in the decision', () => {
    const { cards, decision } = answer(contentWith({ a: {} }), { acknowledged: () => ({ by: 'Dr Who', at: 0 }) })
    expect([cards, decision.findings]).toMatchObject([[], [{ rule: 'a', shown: false }]])
  })
  test('shows what was answered as a line of a card that is opened', () => {
    const { cards, decision } = answer(contentWith({ a: {}, b: {} }), { acknowledged: ({ rule }) => (rule.id === 'a' ? { by: 'Dr Who', at: 0 } : undefined) })
    expect(cards[0]?.summary).toBe('Says b')
    expect(cards[0]?.detail).toContain('Says a (acknowledged by Dr Who on 1970-01-01)')
    expect(decision.findings.map(({ shown }) => shown)).toEqual([true, true])
  })
})

describe('what a finding rests on', () => {
  const rule = (members: object = {}): Content => compileSmall({ [HOLD]: ruleWith(members) })
  const evidence = (content: Content, resources: readonly object[], { planned = '2025-03-03', cycle = 1 } = {}): string => {
    const [finding] = findingsOf(content, doseOf({ content, resources, planned, derive: { cycle: present(cycle, String(cycle)) } }))
    return finding ? evidenceOf(finding) : ''
  }
  const base = evidence(rule(), [neutrophils(0.5, HOUR_AGO)])
  test('is the same while nothing changed', () => expect(evidence(rule(), [neutrophils(0.5, HOUR_AGO)])).toBe(base))
  test.each([
    ['a worse result', [neutrophils(0.4, HOUR_AGO)], {}], ['the same result of another day', [neutrophils(0.5, '2025-03-02')], {}], ['no result', [], {}], ['the next dose', [neutrophils(0.5, HOUR_AGO)], { planned: '2025-03-04' }],
  ])('is another with %s', (_, resources, options) => expect(evidence(rule(), resources, options)).not.toBe(base))
  test('is another at another level of urgency', () => {
    const [finding] = findingsOf(rule(), doseOf({ derive: { cycle: missing('absent', 'x') } }))
    expect(finding && evidenceOf(finding)).not.toBe(finding && evidenceOf({ ...finding, indicator: 'info' }))
  })
  test('of what is told once a cycle is the same for every dose of the cycle', () => {
    const content = rule({ repeat: 'per-cycle' })
    const told = evidence(content, [], { planned: '2025-03-03' })
    expect(evidence(content, [], { planned: '2025-03-10' })).toBe(told)
    expect(evidence(content, [], { planned: '2025-03-10', cycle: 2 })).not.toBe(told)
  })
})
