import { UnreadPrefetch } from '../hooks/request.ts'
import { type Member, scanMembers } from './json-scan.ts'
import { parseJson } from './parse-json.ts'

const OPEN_OBJECT = 0x7b
/** Left to parseJson, which knows when they are harmless. */
const REACHING_PROTOTYPES = ['__proto__', 'constructor']

/**
 * The body of a hook call, read as far as it takes to see whether an order concerns us: every top-level member but `prefetch`, whose
 * text is parsed when somebody asks for it. Undefined where the whole must be parsed: in any doubt, and where a key comes twice.
 * Otherwise it is what JSON.parse makes of the body, except that faults within `prefetch` which leave its strings closed and its
 * brackets matched come to light only when it is asked for. Throws MalformedJson.
 */
export function readEnvelope(body: Buffer): Readonly<Record<string, unknown>> | undefined {
  const members = scanMembers(body)
  const byKey = new Map(members?.map((member) => [keyOf(body, member), member]))
  if (!members || byKey.size < members.length || REACHING_PROTOTYPES.some((key) => byKey.has(key))) return undefined
  return Object.fromEntries([...byKey].map(([key, member]) => [key, valueOf(body, member, key === 'prefetch')]))
}

/** With its escapes resolved: "pre\u0066etch" is prefetch. What is no string of JSON makes parseJson throw. */
const keyOf = (body: Buffer, { keyStart, keyEnd }: Member): string => String(parseJson(body.toString('utf8', keyStart, keyEnd)))

function valueOf(body: Buffer, { start, end }: Member, isPrefetch: boolean): unknown {
  const read = (): unknown => parseJson(body.toString('utf8', start, end))
  return isPrefetch && body[start] === OPEN_OBJECT ? new UnreadPrefetch(read) : read()
}
