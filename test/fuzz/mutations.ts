import fc from 'fast-check'

/** One change to a document: where, counted through all its values, and what. Numbers only, so that fast-check can shrink it. */
export interface Mutation { readonly at: number; readonly how: How; readonly value: unknown }

const HOWS = ['replace', 'delete', 'rename', 'repeat', 'wrap', 'unwrap', 'retype', 'swap', 'insert', 'flood', 'bury'] as const
type How = (typeof HOWS)[number]

/** Values that break assumptions: of other types, at the ends of ranges, of other worlds. */
const VALUES: readonly unknown[] = [
  null, '', ' ', '0', 0, -0, -1, 1, 0.1, 1e308, -1e308, 5e-324, 2 ** 53, true, false, [], {}, [null], [[]], [{}], { a: null }, 'null', 'x'.repeat(10_000), '\u0000', '\u202e', '\ud800', '😀', 'é', '__proto__',
  '2026-02-30', '0001-01-01', '9999-12-31T23:59:60Z', '2026-11-21', '2026-11', '2026', '2026-11-21T10:00:00', '2026-11-21T10:00:00+14:00', '24:00', 'P1D', 'Patient/p1', 'Patient/other', '#c', 'urn:uuid:1', 'Medication/m1', 'http://x/Patient/p1',
  'Patient', 'Observation', 'Bundle', 'MedicationRequest', 'OperationOutcome', 'entered-in-error', 'draft', 'final', 'cancelled', 'preliminary', 'active', 'completed', 'unknown',
  'mg/dL', 'umol/L', '10*9/L', '{a', '((', '%', '<', '<=', '>0.2', '1,5', '< 5', '1.0 mg', '{{anc}}', '{{', '$&', '%anc', "'", '"', '\\', '</script>', '\n', 'http://loinc.org', 'http://www.nlm.nih.gov/research/umls/rxnorm', '1942950', '751-8', '1975-2',
  { reference: 'Patient/other' }, { reference: '#c' }, { value: '1' }, { value: 1, unit: 'mg', code: 'kg' }, { value: 1, comparator: '<', unit: 'mg/dL' }, { coding: [{}] }, { coding: 'x' }, { coding: [{ system: 'http://loinc.org', code: '751-8' }] },
  { resourceType: 'Bundle', entry: [{ resource: { resourceType: 'OperationOutcome', issue: [{ severity: 'fatal' }] } }] }, { resourceType: 'OperationOutcome' }, { resourceType: 'Bundle', link: [{ relation: 'next', url: 'http://127.0.0.1:1/x' }] },
  { url: 'urn:ino-cds:assertion', extension: [{ url: 'key', valueCode: 'cycle' }, { url: 'value', valueInteger: 2 }] }, { start: '2026-11-21', end: '1999-01-01' },
]

export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(
  fc.record({ at: fc.nat(1_000_000), how: fc.constantFrom(...HOWS), value: fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...VALUES) }, { weight: 1, arbitrary: fc.jsonValue() }) }),
  { minLength: 1, maxLength: 8 },
)

type Branch = Record<string, unknown> | unknown[]
interface Place { readonly parent: Branch; readonly key: string | number }

const isBranch = (value: unknown): value is Branch => typeof value === 'object' && value !== null

/** Every value below a document, the nearest first, so that small numbers shrink towards the envelope. */
function placesIn(document: Branch): readonly Place[] {
  const places: Place[] = []
  const open: Branch[] = [document]
  for (const parent of open) {
    for (const key of Array.isArray(parent) ? parent.keys() : Object.keys(parent)) {
      places.push({ parent, key })
      const value = read({ parent, key })
      if (isBranch(value)) open.push(value)
    }
  }
  return places
}

const read = ({ parent, key }: Place): unknown => (Array.isArray(parent) ? parent[Number(key)] : parent[key])

function write({ parent, key }: Place, value: unknown): void {
  if (Array.isArray(parent)) parent[Number(key)] = value
  else Object.defineProperty(parent, key, { value, writable: true, enumerable: true, configurable: true })
}

/** Longest text that is repeated a hundred times. */
const MOST_REPEATED = 3_000

/** Everything that is done with a place; the value is one of the pool. */
const ACTS: Readonly<Record<How, (place: Place, value: unknown, other: Place) => void>> = {
  replace: (place, value) => write(place, value),
  delete: ({ parent, key }) => { if (Array.isArray(parent)) parent.splice(Number(key), 1); else delete parent[key] },
  rename: (place, value) => {
    if (Array.isArray(place.parent)) return
    write({ parent: place.parent, key: (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 50) }, read(place))
    delete place.parent[place.key]
  },
  repeat: (place) => { if (Array.isArray(place.parent)) place.parent.push(structuredClone(read(place))) },
  wrap: (place) => write(place, [read(place)]),
  unwrap: (place) => { const value = read(place); if (isBranch(value)) write(place, Object.values(value)[0]) },
  retype: (place) => { const value = read(place); write(place, typeof value === 'number' ? String(value) : typeof value === 'string' ? Number(value) || value.length : JSON.stringify(value)) },
  swap: (place, _value, other) => { const value = structuredClone(read(place)); write(place, structuredClone(read(other))); write(other, value) },
  insert: (place, value) => { const branch = read(place); if (Array.isArray(branch)) branch.unshift(value); else if (isBranch(branch)) write({ parent: branch, key: 'extension' }, [value]) },
  flood: (place) => {
    const text = JSON.stringify(read(place)) ?? 'null'
    if (text.length < MOST_REPEATED) write(place, Array.from({ length: 100 }, () => JSON.parse(text) as unknown))
  },
  bury: (place) => write(place, Array.from({ length: 60 }).reduce<unknown>((inner, _, i) => ({ [i % 2 === 0 ? 'item' : 'extension']: [inner], linkId: 'x' }), read(place))),
}

/** The most values a mutated document may have: floods within floods would only test the body limit. */
const MOST_PLACES = 30_000

/** A copy of the document with all changes made, one after the other. */
export function mutated(document: object, changes: readonly Mutation[]): unknown {
  // In a list, so that the document itself can be replaced.
  const root = [structuredClone(document)]
  for (const { at, how, value } of changes) {
    const places = placesIn(root)
    const place = places[at % places.length]
    const other = places[(at * 7 + 3) % places.length]
    if (place && other && places.length < MOST_PLACES) ACTS[how](place, structuredClone(value), other)
  }
  return root[0]
}
