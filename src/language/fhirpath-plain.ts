/** What of fhirpath.js's R4 model decides which JSON member an element is read from. */
export interface ElementModel {
  readonly choiceTypePaths: Readonly<Record<string, readonly string[]>>
  readonly pathsDefinedElsewhere: Readonly<Record<string, string>>
  readonly path2TypeWithoutElements: Readonly<Record<string, string>>
}

export type ReadPath = (resource: object) => readonly unknown[]

/** One JSON member an element may be stored in, and what follows it; `next` undefined: the path ends here. */
interface Member {
  readonly name: string
  readonly next: readonly Member[] | undefined
}

type Members = Readonly<Record<string, unknown>>

const isMembers = (value: unknown): value is Members => typeof value === 'object' && value !== null

/** Words of the FHIRPath grammar are left to fhirpath.js, and so are `extension` and `id`, which primitives keep in `_member`. */
const NOT_PLAIN = new Set(['and', 'or', 'xor', 'implies', 'is', 'as', 'in', 'contains', 'div', 'mod', 'true', 'false', 'extension', 'id', 'asc', 'desc'])
const PLAIN = /^[a-z][A-Za-z0-9]*$/u

/** The segments of a plain dotted path: `Observation.code.text` is type Observation and code, text. Undefined: anything else. */
export function plainSegments(expression: string): { readonly type: string | undefined; readonly segments: readonly string[] } | undefined {
  const parts = expression.trim().split('.')
  const type = /^[A-Z][A-Za-z]*$/u.test(parts[0] ?? '') ? parts[0] : undefined
  const segments = type === undefined ? parts : parts.slice(1)
  return segments.length > 0 && segments.every((each) => PLAIN.test(each) && !NOT_PLAIN.has(each)) ? { type, segments } : undefined
}

/** The members element `segment` of `path` may be stored in: `value` of Observation in valueQuantity, valueString, … */
function membersAt(model: ElementModel, path: string | undefined, segment: string): readonly (readonly [name: string, path: string | undefined])[] {
  if (path === undefined) return [[segment, undefined]]
  const written = `${path}.${segment}`
  const element = model.pathsDefinedElsewhere[written] ?? written
  const typed = (each: string): string => model.path2TypeWithoutElements[each] ?? each
  const choices = model.choiceTypePaths[element]
  return choices === undefined ? [[segment, typed(element)]] : choices.map((type) => [segment + type, typed(element + type)] as const)
}

/**
 * Reads a plain dotted path without interpreting it: under 0.1 µs instead of 1 to 3. The same answers as fhirpath.js, from which it takes
 * the model; a differential test holds them together. `otherwise` reads what a type prefix that is not the resource's own asks for.
 */
export function plainReader(model: ElementModel, expression: string, otherwise: ReadPath): ReadPath | undefined {
  const plain = plainSegments(expression)
  if (plain === undefined) return undefined
  const { type, segments } = plain
  const plans = new Map<string, readonly Member[] | undefined>()

  const plan = (path: string | undefined, index: number): readonly Member[] | undefined => {
    const segment = segments[index]
    return segment === undefined ? undefined : membersAt(model, path, segment).map(([name, below]) => ({ name, next: plan(below, index + 1) }))
  }
  const planFor = (resourceType: unknown, index: number): readonly Member[] | undefined => {
    const key = `${String(resourceType)} ${index}`
    if (!plans.has(key)) plans.set(key, plan(typeof resourceType === 'string' ? resourceType : undefined, index))
    return plans.get(key)
  }
  const collect = (value: unknown, members: readonly Member[] | undefined, index: number, found: unknown[]): void => {
    if (value === null || value === undefined) return
    if (members === undefined) found.push(value)
    else if (isMembers(value)) follow(value, value['resourceType'] === undefined ? members : planFor(value['resourceType'], index), index, found)
  }
  const follow = (parent: Members, members: readonly Member[] | undefined, index: number, found: unknown[]): void => {
    const member = members?.find(({ name }) => parent[name] !== undefined || parent[`_${name}`] !== undefined)
    if (member === undefined) return
    const child = parent[member.name]
    if (!Array.isArray(child)) collect(child, member.next, index + 1, found)
    else for (const each of child) collect(each, member.next, index + 1, found)
  }

  return (resource) => {
    if (!isMembers(resource)) return []
    const { resourceType } = resource
    if (type !== undefined && type !== resourceType) return otherwise(resource)
    const found: unknown[] = []
    follow(resource, planFor(resourceType, 0), 0, found)
    return found
  }
}
