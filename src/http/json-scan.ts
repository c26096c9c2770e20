import { MalformedJson } from './parse-json.ts'

/** Deeper than any FHIR resource, shallow enough that no code that walks the body runs out of stack. */
const DEPTH_LIMIT = 200

/** One member of an object in JSON text. Positions are byte offsets; `key` with its quotes, the ends exclusive. */
export interface Member {
  readonly keyStart: number
  readonly keyEnd: number
  readonly start: number
  readonly end: number
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const COLON = 0x3a
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d]
/** From an opening bracket to its closing one. */
const TO_CLOSING = 2
const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
const NOT_FOUND = -1

/**
 * The members of the JSON object that the text is, in one pass over the bytes, without parsing a value. Undefined where the text is no single
 * object with closed strings and matching brackets; within values nothing else is checked. Throws MalformedJson for deep nesting.
 */
export function scanMembers(json: Uint8Array): readonly Member[] | undefined {
  let at = skipSpace(json, 0)
  if (json[at] !== OPEN_OBJECT) return undefined
  at = skipSpace(json, at + 1)
  const members: Member[] = []
  if (json[at] !== CLOSE_OBJECT) {
    at = takeMembers(json, at, members)
    if (at === NOT_FOUND) return undefined
  }
  return skipSpace(json, at + 1) === json.length ? members : undefined
}

/** Throws MalformedJson for deep nesting. A text that is broken elsewhere passes: the parser refuses it. */
export function refuseDeepNesting(json: Uint8Array): void {
  skipValue(json, skipSpace(json, 0), 0)
}

/** Collects the members from the first key on; the place of the bracket that ends the object. */
function takeMembers(json: Uint8Array, from: number, members: Member[]): number {
  for (let keyStart = from; ;) {
    const member = memberAt(json, keyStart)
    if (!member) return NOT_FOUND
    members.push(member)
    const next = skipSpace(json, member.end)
    if (json[next] === CLOSE_OBJECT) return next
    if (json[next] !== COMMA) return NOT_FOUND
    keyStart = skipSpace(json, next + 1)
  }
}

function memberAt(json: Uint8Array, keyStart: number): Member | undefined {
  const keyEnd = json[keyStart] === QUOTE ? skipString(json, keyStart) : NOT_FOUND
  if (keyEnd === NOT_FOUND) return undefined
  const colon = skipSpace(json, keyEnd)
  if (json[colon] !== COLON) return undefined
  const start = skipSpace(json, colon + 1)
  const end = skipValue(json, start, 1)
  return end === NOT_FOUND ? undefined : { keyStart, keyEnd, start, end }
}

function skipSpace(json: Uint8Array, from: number): number {
  let at = from
  while (isSpace(json[at])) at += 1
  return at
}

/** `depth`: how many brackets are open around the value. */
function skipValue(json: Uint8Array, start: number, depth: number): number {
  const first = json[start]
  if (first === QUOTE) return skipString(json, start)
  if (first === OPEN_OBJECT || first === OPEN_LIST) return skipNested(json, start, depth)
  return skipPlain(json, start)
}

/** Numbers and literals end where something else begins; what they say is for the parser. */
function skipPlain(json: Uint8Array, start: number): number {
  let at = start
  for (let byte = json[at]; byte !== undefined && byte !== COMMA && byte !== CLOSE_OBJECT && !isSpace(byte); byte = json[at]) at += 1
  return at === start ? NOT_FOUND : at
}

/** Just after the closing quote. */
function skipString(json: Uint8Array, start: number): number {
  const { length } = json
  let at = start + 1
  for (let byte = json[at]; byte !== QUOTE; byte = json[at]) {
    at += byte === BACKSLASH ? 2 : 1
    if (at >= length) return NOT_FOUND
  }
  return at + 1
}

/** The hot loop: most bytes of a request go through it or through the strings. */
function skipNested(json: Uint8Array, start: number, outside: number): number {
  const { length } = json
  const closings = new Uint8Array(DEPTH_LIMIT + 1)
  let depth = outside
  let at = start
  while (at < length) {
    const byte = json[at]
    if (byte === QUOTE) {
      at = skipString(json, at)
      if (at === NOT_FOUND) return NOT_FOUND
      continue
    }
    at += 1
    if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      closings[depth] = byte + TO_CLOSING
      depth += 1
      if (depth > DEPTH_LIMIT) throw new MalformedJson('nested too deep')
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
      depth -= 1
      if (closings[depth] !== byte) return NOT_FOUND
      if (depth === outside) return at
    }
  }
  return NOT_FOUND
}
