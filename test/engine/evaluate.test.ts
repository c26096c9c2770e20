import { describe, expect, test } from 'vitest'
import { evaluateRule, lookupOf } from '../../src/engine/evaluate.ts'
import type { CheckValue } from '../../src/language/check.ts'
import { compileSmall, ruleWith } from '../facts/small-content.ts'

const line = (check: string): object => ({ because: 'x', check })
const then = { indicator: 'warning', action: 'hold', summary: 'x' }

/** What a rule says over facts: its indicator, `silent`, or `unknown` with the names that kept it open. */
function outcome(rule: object, facts: Readonly<Record<string, CheckValue>>): string {
  const [compiled] = compileSmall({ 'cards/holds/hold-low.yaml': ruleWith({ then, ...rule }) }).rules
  if (!compiled) throw new Error('no rule')
  const found = evaluateRule(compiled, lookupOf({ 'setting.neutrophil_limit': 1, ...facts }))
  return found.kind === 'fired' ? found.indicator : found.kind === 'silent' ? 'silent' : `unknown: ${found.names.join(', ')}`
}

describe('conditions', () => {
  const when = [line('%neutrophils < 1'), line('%bili > 2')]
  test.each([
    [{ neutrophils: 0.5, bili: 3 }, 'warning'], [{ neutrophils: 1, bili: 3 }, 'silent'], [{ neutrophils: 0.5 }, 'unknown: bili'], [{}, 'unknown: neutrophils, bili'],
  ])('must all hold: %j is %s', (facts, expected) => expect(outcome({ when }, facts)).toBe(expected))
  test('settle the rule as soon as one surely fails, whatever else is missing', () => {
    expect(outcome({ when }, { neutrophils: 1 })).toBe('silent')
    expect(outcome({ when }, { bili: 1 })).toBe('silent')
  })
  test('name each missing fact once, and settings never', () => expect(outcome({ when: [line('%neutrophils < %setting.neutrophil_limit'), line('%neutrophils > 0')] }, {})).toBe('unknown: neutrophils'))
  test('name only facts of lines that are open', () => expect(outcome({ when: [line('%bili > 2 or %neutrophils < 1'), line('%neutrophilsLatest < 1')] }, { neutrophils: 0.5 })).toBe('unknown: neutrophilsLatest'))
  const below = (limit: number): CheckValue => ({ bound: 'below', limit })
  test('stay open where a result is known only as a bound, and name it', () => {
    expect(outcome({ when: [line('%neutrophils < 1')] }, { neutrophils: below(2) })).toBe('unknown: neutrophils')
    expect(outcome({ when: [line('%neutrophils < 1')] }, { neutrophils: below(1) })).toBe('warning')
  })
})

describe('exceptions', () => {
  const rule = { when: [line('%neutrophils < 1')], unless: [line('%hasSyndrome'), line('%bili > 2')] }
  test.each([
    [{ neutrophils: 0.5, hasSyndrome: true, bili: 1 }, 'silent'], [{ neutrophils: 0.5, hasSyndrome: false, bili: 1 }, 'warning'], [{ neutrophils: 0.5, hasSyndrome: false, bili: 3 }, 'silent'],
    [{ neutrophils: 0.5, bili: 1 }, 'warning'], [{ neutrophils: 0.5 }, 'warning'], [{ neutrophils: 0.5, bili: 3 }, 'silent'],
  ])('suppress only when they surely hold: %j is %s', (facts, expected) => expect(outcome(rule, facts)).toBe(expected))
  test('that hold leave nothing open', () => expect(outcome(rule, { hasSyndrome: true })).toBe('silent'))
  test('that are unknown do not hide that a condition is', () => expect(outcome(rule, {})).toBe('unknown: neutrophils'))
})

describe('levels', () => {
  const rule = { when: [line('%neutrophils.exists()')], levels: [{ check: '%bili > 8', indicator: 'critical' }, { check: '%bili > 2', indicator: 'warning' }, { check: '%neutrophils < 1', indicator: 'info' }] }
  test.each([
    [{ neutrophils: 0.5, bili: 9 }, 'critical'], [{ neutrophils: 0.5, bili: 8 }, 'warning'], [{ neutrophils: 0.5, bili: 2 }, 'info'], [{ neutrophils: 1, bili: 2 }, 'silent'],
  ])('the first that holds decides: %j is %s', (facts, expected) => expect(outcome(rule, facts)).toBe(expected))
  test('a later one that surely holds is not kept back by an earlier one that is open', () => expect(outcome(rule, { neutrophils: 0.5 })).toBe('info'))
  test('leave the rule open while none surely holds and one might', () => expect(outcome(rule, { neutrophils: 1 })).toBe('unknown: bili'))
  test('leave it open where a bound may hide one', () => expect(outcome(rule, { neutrophils: 1, bili: { bound: 'above', limit: 1 } })).toBe('unknown: bili'))
  test('are not asked where a condition fails', () => expect(outcome({ ...rule, when: [line('%neutrophils < 0.1')] }, { neutrophils: 1, bili: 9 })).toBe('silent'))
  test('override what they say and keep the rest', () => {
    const [compiled] = compileSmall({ 'cards/holds/hold-low.yaml': ruleWith({ ...rule, then: { ...then, summary: 'general', why: 'because' }, levels: [{ check: '%bili > 2', indicator: 'critical', summary: 'special' }] }) }).rules
    const found = compiled && evaluateRule(compiled, lookupOf({ neutrophils: 1, bili: 3 }))
    expect(found?.kind === 'fired' && [found.indicator, found.said.summary.source, found.said.why?.source, found.said.action]).toEqual(['critical', 'special', 'because', 'hold'])
  })
})
