import type { DrugOrder } from '../facts/drug-order.ts'
import { present } from '../facts/fact.ts'
import { isObject, listOf, textOf } from '../facts/resources.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import type { Derivation } from './derivation.ts'
import { dosesGiven, openOrders } from './dose-history.ts'

/** A plan or proposal is what an order carries out, not a second dose. */
const NOT_ORDERS: ReadonlySet<string> = new Set(['proposal', 'plan', 'option'])

const isBasedOn = (order: DrugOrder, other: DrugOrder | undefined): boolean =>
  other !== undefined && listOf(order.resource['basedOn']).filter(isObject).some(({ reference }) => (textOf(reference) ?? '').endsWith(other.reference))

function isSecondOrder(order: DrugOrder, { focus }: ScopeInternals): boolean {
  if (order.resource.resourceType !== 'MedicationRequest' || NOT_ORDERS.has(String(order.resource['intent']))) return false
  if (isBasedOn(order, focus.order) || (focus.order && isBasedOn(focus.order, order))) return false
  return order.events.some(({ day }) => day === focus.planned.day)
}

/** Other orders and given doses of the planned day. */
export const sameDayDoses: Derivation = {
  facts: {
    sameDayDoses: { title: 'Other inotuzumab orders or doses of the same day', type: 'list' },
    doseOver: { title: 'The planned day has passed and a dose was given on it', type: 'boolean' },
  },
  uses: ['inotuzumabAdministrations', 'inotuzumabOrders', 'planned'],
  series: ['bodyWeight', 'bodyHeight'],
  compute(scope) {
    const orders = openOrders(scope).filter((order) => isSecondOrder(order, scope))
    const given = dosesGiven(scope).filter(({ at }) => at.day === scope.focus.planned.day)
    const items = [
      ...given.map(({ milligrams }) => (milligrams === undefined ? 'a dose already given' : scope.phrases.say`${String(milligrams)} mg already given`)),
      ...orders.map(({ state }) => (state === 'draft' ? 'another draft order' : 'a signed order')),
    ]
    const isOver = given.length > 0 && scope.focus.planned.day < scope.now.day
    return {
      sameDayDoses: present(items, items.length > 0 ? items.join(', ') : 'none', { sources: [...given, ...orders].map(({ reference }) => reference) }),
      doseOver: present(isOver, isOver ? 'yes' : 'no', { sources: given.map(({ reference }) => reference) }),
    }
  },
}
