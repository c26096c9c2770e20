import { describe, expect, it } from 'vitest'
import { problems } from './check-signature.ts'

describe('what is wrong with a check is said with its place and a way out', () => {
  it.each([
    ['%egrf < 30', 0, 'unknown name %egrf', 'did you mean %egfr?'],
    ['%anc < %setting.anc_treshold', 7, 'unknown name %setting.anc_treshold', 'did you mean %setting.anc_threshold?'],
    ['%wombat.exists()', 0, 'unknown name %wombat', undefined],
    ['anc < 1', 0, 'anc is a path, and a check reads only %names', 'write %anc'],
    ['%risks.where(true)', 7, '.where is not part of the check language', 'a check never walks FHIR: declare a fact and read it as %name'],
    ['%anc + 1 > 2', 5, 'a check does not compute', 'declare a derived fact and compare that'],
    ['%anc - 1 > 2', 5, '- cannot stand here', 'join conditions with and, or, implies'],
    ['-%anc > 2', 0, 'a minus sign stands only before a number', 'declare a derived fact and compare that'],
    ['%anc == 1', 5, '== is not an operator', 'write ='],
    ['%onDialysis && %pregnant', 12, '&& is not an operator', 'write and'],
    ['!%onDialysis', 0, '! is not an operator', 'write (…).not()'],
    ['not(%onDialysis)', 0, 'not() follows what it is asked about', 'write (…).not()'],
    ['%onDialysis xor %pregnant', 12, 'xor is not part of the check language', 'write (%a and %b.not()) or (%a.not() and %b)'],
    ["%mrd in ('a', 'b')", 12, 'a list is written as a union', "write in ('a' | 'b')"],
    ['%mrd = "a"', 7, 'a text stands in single quotes', "write 'a'"],
    ["%mrd = 'a", 7, 'this text never ends', "close it with '"],
    ['%anc = {}', 7, 'the empty collection is not written', 'write %name.empty()'],
    ['%anc = null', 7, 'there is no null', 'write %name.empty()'],
    ['%anc > @2025-01-01', 7, 'dates are not part of the check language', 'compare a fact that counts days'],
    ["%anc < 1 'mg'", 9, 'a number in a check has no unit', 'the unit is declared with the fact'],
    ['%anc.exists', 5, '.exists is a function', 'write .exists()'],
    ['%anc.exists(true)', 5, '.exists() takes no argument', 'a check never walks FHIR: declare a fact and read it as %name'],
    ['(%anc < 1', 0, 'this parenthesis is never closed', undefined],
    ['%anc <', 6, 'something is missing at the end', undefined],
    ['', 0, 'something is missing at the end', undefined],
    ['%anc < 1 %plt < 2', 9, 'plt cannot stand here', 'join conditions with and, or, implies'],
    ['%anc < 1)', 8, ') cannot stand here', 'join conditions with and, or, implies'],
    ["%mrd in ('a' | %remission)", 15, 'a union holds texts or numbers written out', undefined],
  ])('%s', (source, offset, message, hint) => {
    expect(problems(source)[0]).toEqual({ offset, message, ...(hint === undefined ? {} : { hint }) })
  })
})

describe('types are checked when content loads', () => {
  it.each([
    ["%anc = 'low'", "%anc = 'low' compares a number with a text"],
    ["%remission < 'CR'", '< orders numbers, but %remission is a text'],
    ['%onDialysis > %pregnant', '> orders numbers, but %onDialysis is true or false'],
    ["%risks = 'age'", '= does not compare lists'],
    ['%anc', 'a check needs a condition, but %anc is a number'],
    ['%risks', 'a check needs a condition, but %risks is a list'],
    ['%anc and %onDialysis', 'and needs a condition, but %anc is a number'],
    ['%onDialysis implies %mrd', 'implies needs a condition, but %mrd is a text'],
    ['%anc.not()', 'not() needs a condition, but %anc is a number'],
    ['%onDialysis = 1', '%onDialysis = 1 compares true or false with a number'],
    ['%mrd in %remission', 'in needs a list, but %remission is a text'],
    ["%mrd contains 'pos'", 'contains needs a list, but %mrd is a text'],
    ['%anc in %risks', '%anc is a number, which is in no list of texts'],
    ["%cycle in ('1' | '2')", '%cycle is a number, which is in no list of texts'],
    ['%mrd in (1 | 2)', '%mrd is a text, which is in no list of numbers'],
    ["%mrd in ('a' | 1)", 'a list holds texts or numbers, not both'],
    ['%risks.count()', 'a check needs a condition, but %risks.count() is a number'],
  ])('%s: %s', (source, message) => expect(problems(source).map((problem) => problem.message)).toEqual([message]))

  it('says how to ask for presence where a value was used as a condition', () => {
    expect(problems('%anc and true')[0]?.hint).toBe('compare it, or write %anc.exists()')
  })
  it('points at the operand at fault', () => expect(problems('%onDialysis and %anc')[0]?.offset).toBe(16))
})

describe('all problems are reported at once', () => {
  it('in vocabulary', () => {
    expect(problems('%egrf < 1 && ancc > 2').map(({ offset }) => offset)).toEqual([0, 10, 13])
  })
  it('in types, in reading order', () => {
    expect(problems("%anc = 'x' or %mrd > 2 or %risks").map(({ offset }) => offset)).toEqual([0, 14, 26])
  })
})
