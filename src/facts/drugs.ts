import type { Drugs } from '../content/schema/facts.ts'
import type { Moment } from '../language/calendar.ts'
import { type DrugOrder, overlaps } from './drug-order.ts'
import { type Fact, missing, present } from './fact.ts'
import type { Compiled } from './mapping.ts'
import type { ScopeInternals } from './scope.ts'
import { unavailability } from './select.ts'
import { amountOf } from './settings.ts'

const SOURCE_OF: Readonly<Record<string, string>> = { active: 'medications', past: 'medications', given: 'administrations' }

function anchorOf(definition: Compiled<Drugs>, scope: ScopeInternals): Moment | undefined {
  const name = definition.around?.anchor ?? 'planned'
  if (name === 'now') return scope.now
  const fact = scope.fact(name)
  return fact.state === 'present' ? fact.value as Moment : undefined // sound: content load checks that anchors are of type moment
}

function isNear(order: DrugOrder, definition: Compiled<Drugs>, anchor: Moment | undefined, scope: ScopeInternals): boolean {
  if (definition.around === undefined) return true
  if (anchor === undefined) return false
  const before = amountOf(scope.settings, definition.around.before) ?? 0
  const after = amountOf(scope.settings, definition.around.after) ?? 0
  return overlaps(order, anchor.day - before, anchor.day + after)
}

const daysSince = (order: DrugOrder, anchor: Moment): number =>
  Math.max(0, Math.min(...order.spans.map(({ end }) => (end === undefined ? 0 : anchor.day - end.day)), Infinity))

/** Drugs of some classes around the dose, from drafts of this call and from the record; the order under evaluation never counts. */
export function readDrugs(definition: Compiled<Drugs>, scope: ScopeInternals): Fact {
  const anchor = anchorOf(definition, scope)
  const found = scope.drugOrders().filter((order) =>
    order.resource !== scope.focus.order?.resource && definition.states.includes(order.state)
    && definition.codes.some((set) => order.sets.has(set)) && isNear(order, definition, anchor, scope))
  if (found.length === 0) return nothingFound(definition, scope)
  const names = [...new Set(found.map(({ name, byText }) => (byText ? scope.phrases.say`${name} (recognised by name only)` : name)))]
  const sources = found.map(({ reference }) => reference)
  const text = names.join(', ')
  if (definition.give === 'orders') return present(found, text, { origin: 'record', sources })
  if (definition.give === 'names') return present(names, text, { origin: 'record', sources })
  if (definition.give === 'exists') return present(true, text, { origin: 'record', sources })
  return anchor ? present(Math.min(...found.map((order) => daysSince(order, anchor))), text, { origin: 'record', sources }) : missing('not-applicable', 'no date to count from')
}

function nothingFound(definition: Compiled<Drugs>, scope: ScopeInternals): Fact {
  for (const state of definition.states) {
    const source = SOURCE_OF[state]
    const lost = source === undefined ? undefined : unavailability(source, scope)
    if (lost) return lost
  }
  if (definition.give === 'lastDays') return missing('absent', 'not on record')
  return definition.give === 'names' || definition.give === 'orders' ? present([], 'none', { origin: 'record' }) : present(false, 'no', { origin: 'record' })
}
