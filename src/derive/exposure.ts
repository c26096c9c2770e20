import type { DrugOrder } from '../facts/drug-order.ts'
import { type Fact, missing, present } from '../facts/fact.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { unavailability } from '../facts/select.ts'
import { numberSetting } from '../facts/settings.ts'
import type { Derivation } from './derivation.ts'
import { dosesGiven } from './dose-history.ts'

const openOrders = (scope: ScopeInternals): readonly DrugOrder[] => {
  const fact = scope.fact('inotuzumabOrders')
  const orders = fact.state === 'present' ? fact.value as readonly DrugOrder[] : [] // sound: declared as records of drug orders
  return orders.filter(({ state }) => state === 'draft' || state === 'active')
}

function exposedFact(scope: ScopeInternals): Fact {
  const { now, settings, focus } = scope
  const recent = dosesGiven(scope).filter(({ at }) => now.day - at.day <= numberSetting(settings, 'ino_exposed_window_d'))
  const orders = openOrders(scope)
  const isOrder = focus.triggers.has('inotuzumab-order')
  if (recent.length > 0 || orders.length > 0 || isOrder) {
    const text = recent.length > 0 ? scope.phrases.say`${String(recent.length)} doses given` : 'inotuzumab is ordered'
    return present(true, text, { sources: [...recent, ...orders].map(({ reference }) => reference) })
  }
  return unavailability('administrations', scope) ?? unavailability('medications', scope) ?? present(false, 'no inotuzumab on record')
}

/** Has the patient had inotuzumab lately, or is it ordered? Unknown when the record of doses could not be read. */
export const exposure: Derivation = {
  facts: {
    exposed: { title: 'Exposed to inotuzumab', type: 'boolean' },
    daysSinceGiven: { title: 'Days from the last dose given until today', type: 'number', unit: 'd' },
    dosesGivenCount: { title: 'Inotuzumab doses given', type: 'number' },
  },
  uses: ['inotuzumabAdministrations', 'inotuzumabOrders'],
  series: ['bodyWeight', 'bodyHeight'],
  compute(scope) {
    const given = dosesGiven(scope)
    const last = given.at(-1)
    const days = last && scope.now.day - last.at.day
    return {
      exposed: exposedFact(scope),
      daysSinceGiven: last && days !== undefined ? present(days, `${String(days)} d`, { at: last.at, sources: [last.reference] }) : missing('not-applicable', 'no dose was given'),
      dosesGivenCount: present(given.length, String(given.length)),
    }
  },
}
