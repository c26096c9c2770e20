import { describe, expect, test } from 'vitest'
import { compileContents, isContents } from '../../src/content/languages.ts'
import { compileContent, DEFAULT_SITE, isContent } from '../../src/content/compile.ts'
import { readContentFiles } from '../../src/content/files.ts'
import { printProblem } from '../../src/content/problem.ts'
import { derivationsByFact } from '../../src/derive/index.ts'
import { REASONS } from '../../src/fhir/reasons.ts'
import { loadContent, ROOT } from './loaded.ts'

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

describe('Spanish', () => {
  const spanish = loadContent(undefined, {}, 'es')
  const { of } = spanish.phrases
  const isUntranslated = (text: string): boolean => /\p{Ll}{2}/u.test(text) && of(text) === text

  test('names every derived fact', () => {
    const titles = [...derivationsByFact].flatMap(([name, { facts }]) => facts[name]?.title ?? [])
    // The name of the antibody is the same in both.
    expect([...new Set(titles)].filter(isUntranslated)).toEqual(['Anti-HBc'])
  })
  test('has words for every reason why the EHR gave nothing', () => {
    expect(Object.values(REASONS).filter(isUntranslated)).toEqual([])
  })
  test('puts values that are phrases into the language, and leaves words of the record alone', () => {
    expect(spanish.phrases.say`${'weight gain'} (stated)`).toBe('aumento de peso (declarado)')
    expect(of('ascites; Hepatic fibrosis, mild')).toBe('ascitis; Hepatic fibrosis, leve')
    expect(spanish.phrases.say`a sentence nobody has translated: ${'none'}`).toBe('a sentence nobody has translated: ninguno')
  })
})

describe('the language of an answer', () => {
  const contents = compileContents(shipped, DEFAULT_SITE)
  if (!isContents(contents)) throw new Error(contents.map(printProblem).join('\n'))
  const languageFor = (...wish: Parameters<typeof contents.in>): string => contents.in(...wish).phrases.language

  test.each([
    [undefined, undefined, 'en'], ['es', undefined, 'es'], ['es-ES,es;q=0.9,en;q=0.8', undefined, 'es'], ['en;q=0.5, es;q=0.9', undefined, 'es'], ['de, en;q=0.9, es;q=0.8', undefined, 'en'],
    ['de', undefined, 'en'], ['*', undefined, 'en'], ['es;q=0', undefined, 'en'], ['', undefined, 'en'], ['en-US', 'es', 'es'],
  ])('Accept-Language %j of a client configured for %j: %s', (accepted, configured, language) => {
    expect(languageFor(accepted, configured)).toBe(language)
  })
  test('is the site\'s own where the site chose one, whatever a library sends by itself', () => {
    const spanish = compileContents(shipped, DEFAULT_SITE, { language: 'es' })
    if (!isContents(spanish)) throw new Error('not compiled')
    expect(spanish.in('en-US').phrases.language).toBe('es')
    expect(spanish.in('en-US', 'en').phrases.language).toBe('en')
  })
  test('must be spoken by the content where it is configured', () => {
    expect(isContents(compileContents(shipped, DEFAULT_SITE, { needed: ['xx'] }))).toBe(false)
  })
})
