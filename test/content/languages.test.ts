import { describe, expect, test } from 'vitest'
import { compileContent, DEFAULT_SITE, isContent } from '../../src/content/compile.ts'
import { readContentFiles } from '../../src/content/files.ts'
import { printProblem } from '../../src/content/problem.ts'
import { ROOT } from './loaded.ts'

const shipped = readContentFiles(ROOT)
const withWords = (text: string): ReadonlyMap<string, string> =>
  new Map([...[...shipped].filter(([path]) => !path.startsWith('cards/languages/')), ['cards/languages/xx/words.yaml', text]])

function problemsIn(text: string): readonly string[] {
  const compiled = compileContent(withWords(text), DEFAULT_SITE, 'xx')
  return isContent(compiled) ? [] : compiled.map(printProblem)
}

describe('a translation of the content', () => {
  test('leaves no text without words, and says where each stands', () => {
    expect(problemsIn('QTcF above 500 ms: QTcF XX\n').filter((line) => line.startsWith('cards/qt/qt-hold-gt500.yaml:'))).toEqual(expect.arrayContaining([
      expect.stringMatching(/^cards\/qt\/qt-hold-gt500\.yaml:\d+:\d+ no words for this text in language xx – add it to cards\/languages\/xx\/$/),
    ]))
    expect(problemsIn('QTcF above 500 ms: QTcF XX\n').some((line) => line.startsWith('cards/qt/qt-hold-gt500.yaml:2:'))).toBe(false)
  })
  test('has the placeholders of its text', () => {
    expect(problemsIn('"QTcF is {{qtcfLatest}}": "QTcF {{qtcf}}"\n')).toContainEqual(expect.stringMatching(/^cards\/languages\/xx\/words\.yaml:1:\d+ the translation has other placeholders than the text: \{\{qtcfLatest\}\}$/))
  })
  test('may put the gaps of a sentence in another order', () => {
    expect(problemsIn('"{0} of {1}": "{1}: {0}"\n').some((line) => line.startsWith('cards/languages/'))).toBe(false)
  })
  test('is not asked for by English', () => {
    expect(isContent(compileContent(withWords('a: b\n')))).toBe(true)
  })
})
