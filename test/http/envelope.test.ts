import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UnreadPrefetch } from '../../src/hooks/request.ts'
import { readEnvelope } from '../../src/http/envelope.ts'
import { MalformedJson } from '../../src/http/parse-json.ts'

/** What the parser makes of bytes, without what would reach a prototype; undefined where it refuses them. */
function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'), (key, value: unknown) => (key === '__proto__' ? undefined : value))
  } catch {
    return undefined
  }
}

/** What we make of them: with the prefetch read, and undefined where the whole is left to the parser or refused. */
function ours(bytes: Buffer): unknown {
  try {
    const envelope = readEnvelope(bytes)
    return envelope && Object.fromEntries(Object.entries(envelope).map(([key, value]) => [key, value instanceof UnreadPrefetch ? value.read() : value]))
  } catch (thrown) {
    if (thrown instanceof MalformedJson) return undefined
    throw thrown
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value)

const space = fc.stringMatching(/^[ \n\r\t]{0,3}$/)
/** A string of JSON, some of its letters escaped. */
function quoted(text: string, escaped: readonly boolean[]): string {
  const json = JSON.stringify(text)
  // A text with escapes of its own stays as it is: their letters must not be escaped again.
  if (json.includes('\\')) return json
  return json.replace(/[a-zA-Z]/g, (letter, at: number) => (escaped[at % escaped.length] ? `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}` : letter))
}
const key = fc.tuple(fc.oneof(fc.constantFrom('hook', 'context', 'prefetch', 'prefetch ', 'Prefetch', 'fhirServer', '__proto__', 'constructor', ''), fc.string({ unit: 'grapheme' })), fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }))
  .map(([text, escaped]) => quoted(text, escaped))
const value = fc.oneof(fc.json({ stringUnit: 'grapheme' }), fc.constantFrom('{}', '[]', '"}"', '"\\\\"', '"\\""', '{"a":"]}\\\\\\""}', '-0.0e+1', 'null', '[[{"x":[1,{}]}]]', '{"resourceType":"Bundle","entry":[]}'))
const member = fc.tuple(space, key, space, space, value, space).map(([a, name, b, c, text, d]) => `${a}${name}${b}:${c}${text}${d}`)
const body = fc.tuple(space, fc.oneof({ weight: 4, arbitrary: fc.uniqueArray(member, { maxLength: 6, selector: (text) => text.split(':')[0] }) }, { weight: 1, arbitrary: fc.array(member, { maxLength: 6 }) }), space)
  .map(([before, members, after]) => Buffer.from(`${before}{${members.join(',')}}${after}`))

/** One spot of a body spoiled: cut off, taken out, put in, overwritten, repeated. */
const spoiled = fc.tuple(body, fc.nat(), fc.nat(), fc.oneof(fc.constantFrom(...Buffer.from('{}[]",:\\ 0-e"tfnu\u0001')), fc.integer({ min: 0, max: 255 })), fc.constantFrom('cut', 'take', 'put', 'set', 'twice'))
  .map(([bytes, where, much, byte, how]) => {
    const at = where % (bytes.length + 1)
    const [front, back] = [bytes.subarray(0, at), bytes.subarray(at)]
    if (how === 'cut') return front
    if (how === 'take') return Buffer.concat([front, back.subarray(1 + (much % 4))])
    if (how === 'put') return Buffer.concat([front, Buffer.of(byte), back])
    if (how === 'set') return Buffer.concat([front, Buffer.of(byte), back.subarray(1)])
    return Buffer.concat([bytes, back])
  })

const RUNS = { numRuns: 4_000 }

describe('the envelope of a body', () => {
  it('is what JSON.parse makes of it, whatever the order, the escapes and the spaces', () => {
    fc.assert(fc.property(body, (bytes) => {
      const mine = ours(bytes)
      if (mine !== undefined) expect(mine).toEqual(parsed(bytes))
    }), RUNS)
  })

  it('of a spoiled body is never more than JSON.parse would read', () => {
    fc.assert(fc.property(spoiled, (bytes) => {
      const mine = ours(bytes)
      if (mine !== undefined) expect(mine).toEqual(parsed(bytes))
    }), RUNS)
  })

  it('of any bytes is never more than JSON.parse would read', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const mine = ours(Buffer.from(bytes))
      if (mine !== undefined) expect(mine).toEqual(parsed(Buffer.from(bytes)))
    }), RUNS)
  })

  it('is read without the whole wherever a body is an object whose keys come once', () => {
    fc.assert(fc.property(body, (bytes) => {
      const whole = parsed(bytes)
      const keys = isObject(whole) ? Object.keys(whole) : []
      const isPlain = isObject(whole) && !/__proto__|constructor|\\/.test(bytes.toString('utf8'))
      // A key that came twice is one key of the parser's object.
      if (isPlain && ours(bytes) === undefined) expect(bytes.toString('utf8').split(':').length - 1).toBeGreaterThan(keys.length)
    }), RUNS)
  })

  it('shows every member but the prefetch, whose text is parsed once', () => {
    const envelope = readEnvelope(Buffer.from('{"pre\\u0066etch":{"a":[1]},"hook":"order-sign","context":{"patientId":"p"}}'))
    expect(envelope).toMatchObject({ hook: 'order-sign', context: { patientId: 'p' } })
    const unread = envelope?.['prefetch']
    if (!(unread instanceof UnreadPrefetch)) throw new Error('the prefetch was read')
    expect(unread.read()).toEqual({ a: [1] })
    expect(unread.read()).toBe(unread.read())
  })

  it.each([
    ['a key twice', '{"context":{},"prefetch":{},"context":{"b":1}}'], ['a key twice, once escaped', '{"context":{},"prefetch":{},"c\\u006fntext":{"b":1}}'],
    ['__proto__', '{"__proto__":{}}'], ['constructor', '{"constructor":1}'], ['a list', '[]'], ['an open end', '{"prefetch":{}'], ['a tail', '{"prefetch":{}} {}'],
    ['brackets that do not match', '{"prefetch":{"a":[}]}'], ['an open string', '{"prefetch":{"a":"}}'], ['nothing', ''],
  ])('leaves %s to the parser of the whole', (_, text) => {
    expect(readEnvelope(Buffer.from(text))).toBeUndefined()
  })

  it('with a prefetch that is no JSON throws when it is asked for', () => {
    const unread = readEnvelope(Buffer.from('{"hook":"order-sign","prefetch":{"labs":nothing}}'))?.['prefetch']
    if (!(unread instanceof UnreadPrefetch)) throw new Error('the prefetch was read')
    expect(() => unread.read()).toThrow(MalformedJson)
  })

  it('does not hide what stands after the prefetch', () => {
    expect(readEnvelope(Buffer.from('{"prefetch":{"note":"\\"}},\\"context\\":{}"},"context":{"patientId":"p"}}'))).toMatchObject({ context: { patientId: 'p' } })
  })
})
