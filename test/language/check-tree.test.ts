import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileCheck, compileTree, evaluateTree, isCheck, mutantsOf, printTree } from '../../src/language/check.ts'
import { conditions, facts } from './check-arbitraries.ts'
import { check, lookupIn, SIGNATURE } from './check-signature.ts'

const mutants = (source: string): readonly string[] => mutantsOf(check(source).tree).map(({ what }) => what)

describe('printing a tree', () => {
  it('gives source that parses to the same tree', () => {
    fc.assert(fc.property(conditions, (tree) => {
      const parsed = compileCheck(printTree(tree), SIGNATURE)
      expect(isCheck(parsed) && parsed.tree).toEqual(tree)
    }), { numRuns: 1000 })
  })
  it.each([
    ['%anc<1 and(%plt<2)', '%anc < 1 and %plt < 2'],
    ['(%onDialysis or %pregnant) and true', '(%onDialysis or %pregnant) and true'],
    ['true implies (false implies true)', 'true implies (false implies true)'],
    ['((true implies false) implies true)', 'true implies false implies true'],
    ["%mrd in 'a' | 'b'", "%mrd in ('a' | 'b')"],
    ["%mrd in 'a'", "%mrd in ('a')"],
    ['(%anc < 1).not()', '(%anc < 1).not()'],
    ['(-1).exists()', '(-1).exists()'],
    [String.raw`%mrd = 'it\'s'`, String.raw`%mrd = 'it\'s'`],
  ])('%s becomes %s', (source, printed) => expect(printTree(check(source).tree)).toBe(printed))
})

describe('evaluating a tree', () => {
  it('is the same compiled and at once', () => {
    fc.assert(fc.property(conditions, facts, (tree, values) => {
      expect(evaluateTree(tree, lookupIn(values))).toBe(compileTree(tree)(lookupIn(values)))
    }), { numRuns: 300 })
  })
})

describe('the mutants of a check', () => {
  it('take each comparison for its neighbour', () => {
    expect(mutants('%anc < %plt')).toEqual(['%anc < %plt → %anc <= %plt'])
    expect(mutants('%anc <= %plt')).toEqual(['%anc <= %plt → %anc < %plt'])
    expect(mutants('%anc > %plt')).toEqual(['%anc > %plt → %anc >= %plt'])
    expect(mutants('%anc >= %plt')).toEqual(['%anc >= %plt → %anc > %plt'])
    expect(mutants('%mrd = %remission')).toEqual(['%mrd = %remission → %mrd != %remission'])
    expect(mutants('%mrd != %remission')).toEqual(['%mrd != %remission → %mrd = %remission'])
  })
  it('shift a number by its last place and by one, both ways', () => {
    expect(mutants('%anc < 1.0').slice(1)).toEqual(['%anc < 1.0 → %anc < 1.1', '%anc < 1.0 → %anc < 2.0', '%anc < 1.0 → %anc < 0.9', '%anc < 1.0 → %anc < 0.0'])
    expect(mutants('%cycle = 2').slice(1)).toEqual(['%cycle = 2 → %cycle = 3', '%cycle = 2 → %cycle = 1'])
    expect(mutants('%risks.count() > -1').slice(1)).toEqual(['%risks.count() > -1 → %risks.count() > 0', '%risks.count() > -1 → %risks.count() > -2'])
  })
  it('shift a numeric setting, and leave a text setting alone', () => {
    expect(mutants('%anc < %setting.anc_threshold').slice(1)).toEqual(['%anc < %setting.anc_threshold → %anc < %setting.anc_threshold↑', '%anc < %setting.anc_threshold → %anc < %setting.anc_threshold↓'])
    expect(mutants("%setting.mode = 'any'")).toEqual(["%setting.mode = 'any' → %setting.mode != 'any'"])
    expect(mutants('%mrd = %setting.mode')).toHaveLength(1)
  })
  it('confuse and with or, exists with empty, lose a not and items of a list', () => {
    expect(mutants('%onDialysis and %pregnant')).toEqual(['%onDialysis and %pregnant → %onDialysis or %pregnant'])
    expect(mutants('%onDialysis or %pregnant')).toEqual(['%onDialysis or %pregnant → %onDialysis and %pregnant'])
    expect(mutants('%onDialysis implies %pregnant')).toEqual(['%onDialysis implies %pregnant → %onDialysis and %pregnant'])
    expect(mutants('%anc.exists()')).toEqual(['%anc.exists() → %anc.empty()'])
    expect(mutants('%onDialysis.not()')).toEqual(['%onDialysis.not() → %onDialysis'])
    expect(mutants("%mrd in ('a' | 'b')")).toEqual(["%mrd in ('a' | 'b') → %mrd in ('b')", "%mrd in ('a' | 'b') → %mrd in ('a')"])
  })
  it('say only the condition they changed', () => {
    expect(mutants('%onDialysis and %anc < 1')).toContain('%anc < 1 → %anc < 2')
  })
  it('move the value of a setting by one unit of its last place', () => {
    const [, up, down] = mutantsOf(check('%anc < %setting.anc_threshold').tree)
    const at = (anc: number, threshold: number) => [up, down].map((mutant) => mutant && evaluateTree(mutant.tree, lookupIn({ anc, 'setting.anc_threshold': threshold })))
    expect(at(2.5, 2.5)).toEqual([true, false])
    expect(at(2.4, 2.5)).toEqual([true, false])
    expect(at(2.6, 2.5)).toEqual([false, false])
    expect(at(50, 50)).toEqual([true, false])
  })
  it('stay empty where the setting is', () => {
    const mutant = mutantsOf(check('%anc < %setting.anc_threshold').tree)[1]
    expect(mutant && evaluateTree(mutant.tree, lookupIn({ anc: 1 }))).toBeUndefined()
  })
  it('all differ from the original', () => {
    fc.assert(fc.property(conditions, (tree) => {
      expect(mutantsOf(tree).map((mutant) => printTree(mutant.tree))).not.toContain(printTree(tree))
    }), { numRuns: 300 })
  })
})
