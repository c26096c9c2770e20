import type { HookName } from '../content/schema/common.ts'
import { isObject, isResource, listOf, type Loose, referenceOf, textOf } from '../facts/resources.ts'

/** `Type/id`, a bare id, an absolute URL or a versioned reference: all name the same draft. Each as it is, and the `Type/id` at its end. */
const namesIn = (references: readonly string[]): ReadonlySet<string> =>
  new Set(references.map((reference) => reference.replace(/\/_history\/.*$/, '')).flatMap((name) => [name, name.split('/').slice(-2).join('/')]))

function isNamed(draft: Loose, names: ReadonlySet<string>): boolean {
  const id = textOf(draft['id'])
  return id !== undefined && (names.has(id) || names.has(referenceOf(draft)))
}

const referenceIn = (value: unknown): string[] => (isObject(value) ? [textOf(value['reference']) ?? ''] : [])

/** What a draft stands for: the orders that the actions of a RequestGroup point at, however deep, and the focus of a Task. */
function standsFor({ action, focus }: Readonly<Record<string, unknown>>): string[] {
  return [...referenceIn(focus), ...listOf(action).filter(isObject).flatMap((one) => [...referenceIn(one['resource']), ...standsFor(one)])]
}

/** Orders that a draft carries within itself (RequestGroup): they are drafts too. */
export const ordersWithin = (drafts: readonly Loose[]): readonly Loose[] =>
  drafts.flatMap(({ contained }) => listOf(contained)).filter(isResource).filter(({ resourceType }) => resourceType === 'MedicationRequest')

/**
 * The drafts a call is about (order-select, Context): the selected ones with all that a selected group or task stands for; the others are
 * background. Where nothing names a draft, because the client left selections out or sent ids of its own, every draft counts.
 */
export function draftsMeant(hook: HookName, drafts: readonly Loose[], selections: readonly string[]): readonly Loose[] {
  const names = namesIn(hook === 'order-select' ? selections : [])
  const selected = drafts.filter((draft) => isNamed(draft, names))
  const all = new Set([...names, ...namesIn(selected.flatMap(standsFor))])
  const meant = selected.length === 0 ? drafts : drafts.filter((draft) => isNamed(draft, all))
  return [...meant, ...ordersWithin(meant)]
}
