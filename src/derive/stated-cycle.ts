import { ASSERTION_URL, orderAssertions } from '../facts/assertions.ts'
import { isObject, listOf, type Loose, textOf } from '../facts/resources.ts'
import { listedPatterns } from '../facts/setting-patterns.ts'
import { listSetting, type Settings } from '../facts/settings.ts'
import type { Calendar, Moment } from '../language/calendar.ts'

/** A cycle and day of the cycle as somebody stated them; either may be left out. */
export interface Stated {
  readonly cycle?: number
  readonly day?: number
}

type Element = Readonly<Record<string, unknown>>

const CYCLE_NAME = /(?:^|[^a-z])cycle(?:[-_]?number)?$/i
const DAY_NAME = /(?:^|[^a-z])(?:cycle[-_]?)?day(?:[-_]?number)?$/i
const UUID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/gi

const numbersIn = (text: string): readonly number[] => [...text.matchAll(/\d+/g)].map(([digits]) => Number(digits))

/** Every cycle and day that a text states, by the patterns of the setting `stated_cycle_patterns`; "Days 1, 8 and 15" states three. */
export function statedInText(text: string, settings: Settings): readonly Stated[] {
  for (const pattern of listedPatterns(listSetting(settings, 'stated_cycle_patterns'))) {
    const found = [...text.matchAll(pattern)].flatMap(({ groups }) => numbersIn(groups?.['day'] ?? '').map((day) => ({ cycle: Number(groups?.['cycle']), day })))
    if (found.length > 0) return found
  }
  return []
}

const valueOf = (extension: Element): unknown => Object.entries(extension).find(([name]) => name.startsWith('value'))?.[1]

/** Extensions of an element, with those nested in other extensions; the answers to our own questions are read elsewhere. */
function extensionsOf(element: Element): readonly Element[] {
  const own = listOf(element['extension']).filter(isObject).filter(({ url }) => url !== ASSERTION_URL)
  return own.flatMap((extension) => [extension, ...extensionsOf(extension)])
}

function wholeNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isInteger(number) && number > 0 ? number : undefined
}

const partOf = (cycle: number | undefined, day: number | undefined): Stated => ({ ...(cycle === undefined ? {} : { cycle }), ...(day === undefined ? {} : { day }) })

/** Cycle and day as a clinician confirmed them on the order itself. */
export function assertedOnOrder(order: Loose, calendar: Calendar, now: Moment): Stated | undefined {
  const answers = orderAssertions(order, calendar, now)
  const answer = (key: string): number | undefined => answers.filter((one) => one.key === key).map(({ value }) => wholeNumber(value)).find((value) => value !== undefined)
  const stated = partOf(answer('cycle'), answer('day'))
  return stated.cycle === undefined && stated.day === undefined ? undefined : stated
}

function statedInExtensions(resource: Element): Stated {
  const numberNamed = (name: RegExp): number | undefined => {
    const extension = extensionsOf(resource).find(({ url }) => name.test(textOf(url) ?? ''))
    return extension && wholeNumber(valueOf(extension))
  }
  return partOf(numberNamed(CYCLE_NAME), numberNamed(DAY_NAME))
}

/** Identifiers that name the action of a treatment plan: "PlanDefinition/ino#cycle-2-day-8". Random identifiers name nothing. */
function planAddresses(resource: Element): readonly string[] {
  const references = listOf(resource['basedOn']).filter(isObject)
    .flatMap(({ reference, identifier }) => [reference, isObject(identifier) ? identifier['value'] : undefined])
  const canonicals = extensionsOf(resource).flatMap((extension) => [extension['valueCanonical'], extension['valueUri'], extension['valueId']])
  const all = [...listOf(resource['instantiatesCanonical']), ...listOf(resource['instantiatesUri']), ...listOf(resource['instantiates']), ...references, ...canonicals]
  return all.flatMap((address) => textOf(address)?.replaceAll(UUID, ' ') ?? [])
}

/**
 * The cycle and day that an order or administration carries as data: an extension, or the identifier of the plan's action. Outranks
 * counting days where the two can be reconciled.
 */
export function statedInStructure(resource: Loose, settings: Settings): Stated | undefined {
  const inExtensions = statedInExtensions(resource)
  if (inExtensions.cycle !== undefined || inExtensions.day !== undefined) return inExtensions
  const found = planAddresses(resource).flatMap((address) => statedInText(address, settings))
  const [first] = found
  const isUnequivocal = found.every(({ cycle, day }) => cycle === first?.cycle && day === first?.day)
  return first && isUnequivocal ? first : undefined
}

/** Cycles and days written in words on an order, and on the instruction for one of its doses. */
export function statedInWords(order: Loose, instruction: Element | undefined, settings: Settings): readonly Stated[] {
  const onInstruction = instruction ? [instruction['text'], instruction['patientInstruction'], ...listOf(instruction['additionalInstruction']).filter(isObject).map(({ text }) => text)] : []
  const notes = listOf(order['note']).filter(isObject).map(({ text }) => text)
  const group = isObject(order['groupIdentifier']) ? [order['groupIdentifier']['value']] : []
  const names = listOf(order['basedOn']).filter(isObject).map(({ display }) => display)
  return [...onInstruction, ...notes, ...group, ...names].flatMap((text) => statedInText(textOf(text) ?? '', settings))
}
