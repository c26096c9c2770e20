import fc from 'fast-check'
import MarkdownIt from 'markdown-it'
import { describe, expect, it } from 'vitest'
import { escapeMarkdown, plainText } from '../../src/language/template.ts'

/** An obliging renderer: raw HTML, bare links, tables, strikethrough. */
const markdown = new MarkdownIt({ html: true, linkify: true })

const HARMLESS = new Set(['paragraph_open', 'paragraph_close', 'inline', 'text', 'text_special'])
const tokensOf = (source: string): string[] => markdown.parse(source, {}).flatMap((token) => [token.type, ...(token.children ?? []).map(({ type }) => type)])
const suspicious = (source: string): string[] => tokensOf(source).filter((type) => !HARMLESS.has(type))

/** What a reader sees, without the invisible separators that keep links from forming. */
const seen = (source: string): string =>
  markdown.parse(source, {}).flatMap((token) => token.children ?? []).map(({ content }) => content).join('').replaceAll('\u2060', '')

const HOSTILE = [
  '<img src=x onerror=alert(1)>', '<script>alert(1)</script>', '</details><b>', '<!-- x', '<a href="javascript:x">y</a>', '<?php', '<https://evil.example>', '<me@evil.example>',
  '[x](javascript:alert(1))', '![x](http://evil.example/a.png)', '[x]: http://evil.example', '[x][y]', 'http://evil.example/a', 'HTTPS://evil.example', 'www.evil.example', 'evil.example.com', 'me@evil.example', 'ftp://evil.example', '//evil.example', 'mailto:a@b.co',
  '# heading', '## h', '> quote', '- item', '+ item', '* item', '1. item', '2) item', '---', '===', '***', '- - -', '    code', '```js', '~~~', '`code`', '``a``',
  '*em*', '**strong**', '_em_', '__strong__', 'snake_case_name', '~~gone~~', '| a | b |', 'a|b', '&lt;b&gt;', '&#60;b&#62;', '&amp;', String.raw`\<b>`, String.raw`a\\`, 'a <b', '<', 'x<y>z', '<1 ×10⁹/L', '< 5', '>10', '≥ 5 & up', '-5', '+2', 'AT&T',
]

describe('text of the record in a card', () => {
  it.each(HOSTILE)('%j is only text, and still readable', (text) => {
    const escaped = escapeMarkdown(text)
    expect(suspicious(escaped)).toEqual([])
    expect(seen(escaped)).toBe(text.trim())
    expect(markdown.render(escaped)).not.toMatch(/<(?!\/?p>)/u)
  })
  it.each(HOSTILE)('%j stays text after a list mark, in a table cell and in emphasis', (text) => {
    const escaped = escapeMarkdown(text)
    expect(tokensOf(`- ${escaped}`).filter((type) => !HARMLESS.has(type))).toEqual(['bullet_list_open', 'list_item_open', 'list_item_close', 'bullet_list_close'])
    expect(tokensOf(`| a |\n|---|\n| ${escaped} |`).filter((type) => type === 'td_open')).toHaveLength(1)
    expect(suspicious(`| a |\n|---|\n| ${escaped} |`).filter((type) => !/^(?:table|thead|tbody|tr|th|td)_/u.test(type))).toEqual([])
  })
  it('is only text whatever it is', () => {
    const piece = fc.constantFrom(...HOSTILE, ...'<>[]()!*_`~|\\#&;:/.@-+=\n\r\t "\'1a', '\u202e', '\u2028', '\u0000', '😀')
    fc.assert(fc.property(fc.array(piece, { maxLength: 8 }).map((parts) => parts.join('')), (text) => {
      expect(suspicious(escapeMarkdown(text))).toEqual([])
    }), { numRuns: 3000 })
  })
  it('of plain words comes out as of any other text', () => {
    const piece = fc.constantFrom('a', 'Z', 'www', '7', '12', ' ', '  ', '.', '..', ',', '%', ':', ';', '×', '⁹', 'µ', '≥', '-', '/', '//', ')', '1. x', 'e.g', '2.5', 'mg/dL', '2026-11-14')
    fc.assert(fc.property(fc.array(piece, { maxLength: 12 }).map((parts) => parts.join('')), (text) => {
      // An invisible character, which is taken away, sends a text the long way.
      expect(escapeMarkdown(text)).toBe(escapeMarkdown(`${text}\u200B`))
    }), { numRuns: 5000 })
  })
  it('is one line', () => {
    expect(escapeMarkdown('a\nb\r\nc\u2028d\u0085e\tf')).toBe('a b c d e f')
    expect(plainText('a\n\n- b\u2029c')).toBe('a - b c')
  })
  it.each(['\u202e', '\u2066', '\u200f', '\u061c', '\u200b', '\ufeff', '\u2060', '\u00ad', '\u{e0041}', '\u0000', '\u001b', '\ud800'])('loses the invisible %j', (hidden) => {
    expect(escapeMarkdown(`a${hidden}b`).replaceAll(' ', '')).toBe('ab')
    expect(plainText(`a${hidden}b`).replaceAll(' ', '')).toBe('ab')
  })
  it('keeps what clinicians write', () => {
    expect(escapeMarkdown('0.8 ×10⁹/L (24 Mar), ≥50 %, 1.5×ULN, mg/m²')).toBe('0.8 ×10⁹/L (24 Mar), ≥50 %, 1.5×ULN, mg/m²')
    expect(escapeMarkdown('<1 ×10⁹/L')).toBe('<1 ×10⁹/L')
    expect(escapeMarkdown('-12 %')).toBe('-12 %')
    expect(plainText('Müller & Søn, 日本 <1, >10, a > b')).toBe('Müller & Søn, 日本 <1, >10, a > b')
  })
})

describe('text of the record in a summary', () => {
  it.each([
    ['<img src=x onerror=1>', '‹img src=x onerror=1›'],
    ['</b>', '‹/b›'],
    ['<!--x-->', '‹!--x--›'],
    ['plt <50', 'plt <50'],
    ['**a**', '**a**'],
  ])('%j reads %j', (text, expected) => expect(plainText(text)).toBe(expected))
})

describe('long text', () => {
  it('is cut at 120 with an ellipsis', () => {
    expect(plainText('x'.repeat(120))).toBe('x'.repeat(120))
    expect(plainText('x'.repeat(121))).toBe(`${'x'.repeat(119)}…`)
    expect(escapeMarkdown('x'.repeat(121))).toBe(`${'x'.repeat(119)}…`)
  })
  it('is never cut inside a code point', () => {
    expect(plainText(`${'x'.repeat(118)}😀😀`)).toBe(`${'x'.repeat(118)}…`)
    expect(plainText(`${'x'.repeat(117)}😀😀`)).toBe(`${'x'.repeat(117)}😀…`)
    expect(plainText('😀'.repeat(200)).isWellFormed()).toBe(true)
  })
  it('is measured before escaping, so that no escape is cut', () => expect(escapeMarkdown('*'.repeat(130))).toBe(`${String.raw`\*`.repeat(119)}…`))
  it('may be given less room', () => expect(plainText('abcdef', 4)).toBe('abc…'))
})
