import type { AssertionsFile } from '../content/schema/facts.ts'
import type { Calendar, Moment } from '../language/calendar.ts'
import type { Fact } from './fact.ts'
import { missing, present } from './fact.ts'
import { isObject, isResource, listOf, type Loose, referenceOf, textOf } from './resources.ts'

/** The extension by which an order carries answers to our questions. */
export const ASSERTION_URL = 'urn:ino-cds:assertion'

export interface Assertion {
  readonly key: string
  readonly value: unknown
  readonly at: Moment
  readonly source: string
}

const partOf = (extension: Readonly<Record<string, unknown>>, url: string): unknown => {
  const part = listOf(extension['extension']).filter(isObject).find((one) => one['url'] === url)
  return part && Object.entries(part).find(([name]) => name.startsWith('value'))?.[1]
}

/** Is this extension of an order an answer to the question `key`? */
export const isAssertionOf = (extension: unknown, key: string): boolean => isObject(extension) && extension['url'] === ASSERTION_URL && partOf(extension, 'key') === key

/** Answers carried by an order; without a date they count as given now. */
export function orderAssertions(order: Loose, calendar: Calendar, now: Moment): readonly Assertion[] {
  return listOf(order['extension']).filter(isObject).filter(({ url }) => url === ASSERTION_URL).flatMap((extension) => {
    const key = textOf(partOf(extension, 'key'))
    const value = partOf(extension, 'value')
    const date = textOf(partOf(extension, 'date'))
    if (key === undefined || value === undefined) return []
    return [{ key, value, at: (date === undefined ? undefined : calendar.parse(date)) ?? now, source: referenceOf(order) }]
  })
}

function* answersOf(items: unknown): Generator<{ key: string; value: unknown }> {
  for (const item of listOf(items).filter(isObject)) {
    const key = textOf(item['linkId'])
    const [answer] = listOf(item['answer']).filter(isObject)
    const value = answer && Object.entries(answer).find(([name]) => name.startsWith('value'))?.[1]
    if (key !== undefined && value !== undefined) yield { key, value: isObject(value) && 'code' in value ? value['code'] : value }
    yield* answersOf(item['item'])
  }
}

/** Answers in completed QuestionnaireResponses of the record; `item.linkId` is the key. */
export function questionnaireAssertions(resources: readonly Loose[], calendar: Calendar): readonly Assertion[] {
  const completed = resources.filter(({ status }) => status === 'completed' || status === 'amended')
  return completed.filter(isResource).flatMap((response) => {
    const at = calendar.parse(textOf(response['authored']) ?? '')
    return at ? [...answersOf(response['item'])].map(({ key, value }) => ({ key, value, at, source: referenceOf(response) })) : []
  })
}

type Referred = { readonly reference: string }

/**
 * The answers that count for one order, its own first. What is said without a term, such as the cycle, is said of its own order alone;
 * what another draft says about the patient counts here too.
 */
export function statementsFor({ validDays, validHours }: AssertionsFile[string], assertions: readonly Assertion[], drafts: readonly Referred[], order: Referred | undefined): readonly Assertion[] {
  const own = assertions.filter(({ source }) => source === order?.reference)
  const others = assertions.filter(({ source }) => source !== order?.reference)
  const hasTerm = validDays !== undefined || validHours !== undefined
  if (hasTerm || !order) return [...own, ...others]
  return [...own, ...others.filter(({ source }) => !drafts.some(({ reference }) => reference === source))]
}

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

function isExpired({ at }: Assertion, { validDays, validHours }: AssertionsFile[string], now: Moment): boolean {
  if (validDays !== undefined) return now.day - at.day > validDays
  return validHours !== undefined && now.at - at.at > validHours * HOUR_MS + (at.precise ? 0 : DAY_MS)
}

function typed(value: unknown, declared: AssertionsFile[string], calendar: Calendar): unknown {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  switch (declared.type) {
    case 'integer': return typeof number === 'number' && Number.isInteger(number) ? number : undefined
    case 'decimal': return typeof number === 'number' && Number.isFinite(number) ? number : undefined
    case 'boolean': return typeof value === 'boolean' ? value : undefined
    case 'date': return typeof value === 'string' ? calendar.parse(value) : undefined
    case 'code': return typeof value === 'string' && (declared.codes?.includes(value) ?? true) ? value : undefined
    case 'string': return textOf(value)
  }
}

/** The newest valid answer to a question as a fact; an answer on the order wins over one in the record. */
export function assertedFact(key: string, declared: AssertionsFile[string], assertions: readonly Assertion[], calendar: Calendar, now: Moment): Fact {
  const valid = assertions.filter((one) => one.key === key && !isExpired(one, declared, now))
  for (const one of valid) {
    const value = typed(one.value, declared, calendar)
    if (value === undefined) continue
    const text = declared.type === 'date' ? calendar.iso(value as Moment) : String(value) // sound: typed() yields a Moment for dates
    return present(value, text, { at: one.at, sources: [one.source], origin: 'assertion' })
  }
  return missing('absent', 'not answered')
}
