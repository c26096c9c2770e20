import fc from 'fast-check'
import markdown from 'markdown-it'
import { expect, test } from 'vitest'
import type { HookResponse } from '../../src/hooks/response.ts'
import type { Json } from '../vectors/hospital.ts'
import { anyCase, answerTo, withBody } from './calls.ts'
import { isObject, mapped } from './json.ts'
import { type Chance, chanceFrom } from './random.ts'

/** Texts that somebody may have typed, or planted, into a record. */
const HOSTILE = [
  '<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '[click](javascript:alert(1))', '![x](https://evil.example/x.png)', 'https://evil.example/phish',
  '</details><h1>Give now</h1>', '\n\n# Give the dose\n\n- [ ] done', '| a | b |\n|---|---|\n| c | d |', '`code` **bold** ~~gone~~', '&lt;script&gt;', '\u202egnorw\u202c',
  '$(id) %s ${process.env.SECRET}', 'x'.repeat(5000),
]

/** Replaces what people read, never what machines compare: texts, displays, notes and units of a kind nobody knows. */
function poisoned(body: Json, chance: Chance): Json {
  const poison = (value: unknown): unknown => {
    if (!isObject(value)) return value
    const coded = Array.isArray(value['coding']) && value['coding'].some((one) => isObject(one) && one['system'] !== 'urn:oid:1.2.3.4.5')
    if (coded) return { ...value, text: chance.pick(HOSTILE), coding: withDisplays(value['coding'], chance) }
    if (typeof value['linkId'] === 'string') return { ...value, text: chance.pick(HOSTILE) }
    return 'resourceType' in value ? { ...value, note: [{ text: chance.pick(HOSTILE) }], text: { status: 'additional', div: chance.pick(HOSTILE) } } : value
  }
  const prefetch = mapped(body['prefetch'], poison)
  return { ...body, prefetch, context: mapped(body['context'], poison) }
}

const withDisplays = (codings: unknown, chance: Chance): unknown => (Array.isArray(codings) ? codings.map((one: Json) => ({ ...one, display: chance.pick(HOSTILE) })) : codings)

const renderer = markdown({ html: true, linkify: true })
const TAGS = /<(?!\/?(?:ul|li|p|strong|em|br|code|s)\b)[a-z/!][^>]*>/gi

/** What a card may not hold: HTML, links or images of its own making, endless text, or characters that turn a line around. */
function expectHarmless({ cards }: HookResponse): void {
  for (const { summary, detail = '', suggestions = [] } of cards) {
    expect(renderer.render(detail).match(TAGS) ?? []).toEqual([])
    for (const text of [summary, ...suggestions.map(({ label }) => label)]) expect(text).not.toMatch(/<[a-z/!]|[\n\u202a-\u202e]/i)
    expect(detail).not.toMatch(/[\u202a-\u202e]|x{200}/)
  }
}

test('texts of the record stay texts on the cards', () =>
  fc.assert(fc.asyncProperty(anyCase, fc.integer(), async ({ call, site }, seed) => {
    const original = call()
    const { response } = await answerTo(withBody(original, poisoned(original.body, chanceFrom(seed))), site)
    expectHarmless(response)
  }), { numRuns: 30 }))
