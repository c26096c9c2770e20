import type { HookBody } from './record.ts'

/** Every path to a member of a tree. */
export function* pathsIn(value: unknown, path: readonly string[] = []): Generator<readonly string[]> {
  if (typeof value !== 'object' || value === null) return
  for (const [name, inner] of Object.entries(value)) {
    yield [...path, name]
    yield* pathsIn(inner, [...path, name])
  }
}

/** The body with one member changed; the original stays as it was. */
export function changed(body: HookBody, path: readonly string[], change: (holder: Record<string, unknown>, name: string) => void): HookBody {
  const copy = structuredClone(body)
  const holder = path.slice(0, -1).reduce<unknown>((inner, name) => (inner as Record<string, unknown>)[name], copy) // sound: the path comes from the same body
  change(holder as Record<string, unknown>, path.at(-1) ?? '')
  return copy
}
