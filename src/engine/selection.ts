import type { HookName } from '../content/schema/common.ts'
import { isObject, isResource, listOf, type Loose, referenceOf, textOf } from '../facts/resources.ts'

/** `Type/id`, a bare id, an absolute URL or a versioned reference: all name the same draft. */
function isNamed(draft: Loose, names: readonly string[]): boolean {
  const id = textOf(draft['id'])
  if (id === undefined) return false
  const reference = referenceOf(draft)
  return names.map((name) => name.replace(/\/_history\/.*$/, '')).some((name) => name === reference || name === id || name.endsWith(`/${reference}`))
}

/** What the actions of a RequestGroup point at, and those within them. */
function actionReferences(group: unknown): string[] {
  const actions = isObject(group) ? listOf(group['action']).filter(isObject) : []
  return actions.flatMap((action) => [...(isObject(action['resource']) ? [textOf(action['resource']['reference']) ?? ''] : []), ...actionReferences(action)])
}

/** Orders that a draft carries within itself (RequestGroup): they are drafts too. */
export const ordersWithin = (drafts: readonly Loose[]): readonly Loose[] =>
  drafts.flatMap(({ contained }) => listOf(contained)).filter(isResource).filter(({ resourceType }) => resourceType === 'MedicationRequest')

/**
 * The drafts a call is about (order-select, Context): the selected ones with all that belongs to a selected group; the others are
 * background. Where nothing names a draft, because the client left selections out or sent ids of its own, every draft counts.
 */
export function draftsMeant(hook: HookName, drafts: readonly Loose[], selections: readonly string[]): readonly Loose[] {
  const selected = hook === 'order-select' ? drafts.filter((draft) => isNamed(draft, selections)) : []
  const grouped = selected.flatMap(actionReferences)
  const meant = selected.length === 0 ? drafts : drafts.filter((draft) => selected.includes(draft) || isNamed(draft, grouped))
  return [...meant, ...ordersWithin(meant)]
}
