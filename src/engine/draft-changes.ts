import { instructionsFor, orderedAmount, withoutDoses } from '../derive/ordered-dose.ts'
import { ASSERTION_URL, isAssertionOf } from '../facts/assertions.ts'
import { isObject, listOf, type Loose } from '../facts/resources.ts'
import type { Calendar, Moment } from '../language/calendar.ts'
import type { CallContext } from './texts.ts'

type Instruction = Readonly<Record<string, unknown>>
/** Is this event of an order the dose under evaluation? */
export type IsPlanned = (event: unknown) => boolean

/**
 * The whole draft with another dose in milligrams for one day, everything else as it was sent (CDS Hooks: an update carries the complete
 * resource). An instruction for several days is split, so that the other days keep theirs.
 */
export function withDose(order: Loose, milligrams: number, planned: Moment, calendar: Calendar, isPlanned: IsPlanned): Loose {
  const [ofThisDose] = instructionsFor(order, planned, calendar)
  const kept: Loose = { ...withoutDoses(order), resourceType: order.resourceType }
  if (!ofThisDose) return { ...kept, dosageInstruction: [redosed({}, milligrams)] }
  const isShared = eventsOf(ofThisDose).some((event) => !isPlanned(event)) && eventsOf(ofThisDose).some(isPlanned)
  return { ...kept, dosageInstruction: instructionsOf(order).flatMap((instruction) => {
    if (instruction !== ofThisDose) return [instruction]
    return isShared ? [withEvents(instruction, (event) => !isPlanned(event)), redosed(withEvents(instruction, isPlanned), milligrams)] : [redosed(instruction, milligrams)]
  }) }
}

/** The instruction for some of its days. */
function withEvents(instruction: Instruction, isKept: IsPlanned): Instruction {
  const timing = isObject(instruction['timing']) ? instruction['timing'] : {}
  return { ...instruction, timing: { ...timing, event: eventsOf(instruction).filter(isKept) } }
}

function redosed({ text: _, ...instruction }: Instruction, milligrams: number): Instruction {
  const quantity = { value: milligrams, unit: 'mg', system: 'http://unitsofmeasure.org', code: 'mg' }
  const { doseRange: __, ...kept } = orderedAmount(instruction) ?? {}
  return { ...withoutDoses(instruction), text: `${String(milligrams)} mg`, doseAndRate: [{ ...kept, doseQuantity: quantity }] }
}

/** The whole draft with the dose under evaluation on another day; the other doses of the order stay where they are. */
export function withDate(order: Loose, date: string, isPlanned: IsPlanned): Loose {
  const instructions = instructionsOf(order)
  const isListed = instructions.some((instruction) => eventsOf(instruction).some(isPlanned))
  return { ...order, dosageInstruction: instructions.map((instruction) => {
    const timing = isObject(instruction['timing']) ? instruction['timing'] : {}
    const event = isListed ? eventsOf(instruction).map((one) => (isPlanned(one) ? date : one)) : [date]
    return event.length > 0 ? { ...instruction, timing: { ...timing, event } } : instruction
  }) }
}

/** The dosage instructions of a draft, an empty one where it has none. */
function instructionsOf(order: Loose): readonly Instruction[] {
  const instructions = listOf(order['dosageInstruction']).filter(isObject)
  return instructions.length > 0 ? instructions : [{}]
}

const eventsOf = ({ timing }: Instruction): readonly unknown[] => (isObject(timing) ? listOf(timing['event']) : [])

const VALUE_ELEMENTS: Readonly<Record<string, string>> = { boolean: 'valueBoolean', integer: 'valueInteger', decimal: 'valueDecimal', date: 'valueDate', code: 'valueCode', string: 'valueString' }

export type Answered = { readonly key: string; readonly value: string | number | boolean; readonly type: string }

/** The whole draft with an answer of the clinician, in place of an older answer to the same question. */
export function withAnswer(order: Loose, { key, value, type }: Answered, { nowIso, user }: CallContext): Loose {
  const answer = {
    url: ASSERTION_URL,
    extension: [{ url: 'key', valueCode: key }, { url: 'value', [VALUE_ELEMENTS[type] ?? 'valueString']: value }, { url: 'date', valueDateTime: nowIso }, { url: 'assertedBy', valueReference: { reference: user } }],
  }
  return { ...order, extension: [...listOf(order['extension']).filter((one) => !isAssertionOf(one, key)), answer] }
}
