import type { FhirResource } from 'fhir/r4.js'
import type { Action } from './wire.ts'

/** A draft order of the session: any request resource, always with an id. */
export type Draft = FhirResource & { readonly id: string }

/** `Type/id`, the name CDS Hooks uses for drafts in selections and actions. */
export const draftName = (draft: { readonly resourceType: string; readonly id: string }): string => `${draft.resourceType}/${draft.id}`

/** Ids of new drafts; a parameter so that tests can say what they are. */
type NewId = () => string

type Applied =
  | { readonly ok: true; readonly drafts: readonly Draft[]; readonly created: readonly string[] }
  | { readonly ok: false; readonly missing: string }

interface Placed { readonly draft: Draft; readonly renamed?: readonly [from: string, to: string] }

const place = (resource: FhirResource, taken: ReadonlySet<string>, newId: NewId): Placed => {
  const id = resource.id
  const isFree = id !== undefined && !taken.has(`${resource.resourceType}/${id}`)
  if (isFree) return { draft: { ...resource, id } }
  const draft = { ...resource, id: newId() }
  return id === undefined ? { draft } : { draft, renamed: [`${resource.resourceType}/${id}`, draftName(draft)] }
}

/** Rewrites `"reference": "Type/old"` wherever a created resource had to be renamed. */
const repoint = (draft: Draft, renames: ReadonlyMap<string, string>): Draft => {
  if (renames.size === 0) return draft
  const replaced = JSON.stringify(draft, (key, value: unknown) =>
    (key === 'reference' && typeof value === 'string' ? renames.get(value) ?? value : value))
  const copy: Draft = JSON.parse(replaced)
  return copy
}

const createdBy = (actions: readonly Action[], drafts: readonly Draft[], newId: NewId): readonly Draft[] => {
  const taken = new Set(drafts.map(draftName))
  const renames = new Map<string, string>()
  const placed = actions.flatMap((action) => {
    if (!action.resource) return []
    const { draft, renamed } = place(action.resource, taken, newId)
    taken.add(draftName(draft))
    if (renamed) renames.set(...renamed)
    return [draft]
  })
  return placed.map((draft) => repoint(draft, renames))
}

const targetOf = (action: Action): string =>
  action.type === 'delete' ? action.resourceId ?? '' : `${action.resource?.resourceType ?? ''}/${action.resource?.id ?? ''}`

const updatedBy = (actions: readonly Action[], drafts: readonly Draft[]): readonly Draft[] => {
  const byName = new Map(actions.map((action) => [targetOf(action), action.resource]))
  return drafts.map((draft) => ({ ...(byName.get(draftName(draft)) ?? draft), id: draft.id }))
}

/**
 * Applies the actions of one suggestion to the drafts, all or nothing, in the order of a FHIR transaction: deletes, creates,
 * updates (CDS Hooks 2.0, Action). A target that is no longer there refuses the whole suggestion and is named.
 */
export const applyActions = (drafts: readonly Draft[], actions: readonly Action[], newId: NewId): Applied => {
  const of = (type: Action['type']): readonly Action[] => actions.filter((action) => action.type === type)
  const names = new Set(drafts.map(draftName))
  const deleted = new Set(of('delete').map(targetOf))
  const missing = [...deleted].find((name) => !names.has(name))
  if (missing !== undefined) return { ok: false, missing }
  const kept = drafts.filter((draft) => !deleted.has(draftName(draft)))
  const created = createdBy(of('create'), kept, newId)
  const all = [...kept, ...created]
  const present = new Set(all.map(draftName))
  const lost = of('update').map(targetOf).find((name) => !present.has(name))
  if (lost !== undefined) return { ok: false, missing: lost }
  return { ok: true, drafts: updatedBy(of('update'), all), created: created.map(draftName) }
}
