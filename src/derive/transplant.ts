import { missing, present } from '../facts/fact.ts'
import { daysBetween } from '../language/calendar.ts'
import type { Derivation } from './derivation.ts'
import { momentOf, rowsOf } from './reading.ts'

/** Transplantation: whether one is planned, when, and whether one took place. */
export const transplant: Derivation = {
  facts: {
    hctPlan: { title: 'Transplant plan (planned, not-planned, undecided)', type: 'text' },
    hctDate: { title: 'Date of the planned transplantation', type: 'moment' },
    daysToHct: { title: 'Days from today until the planned transplantation', type: 'number', unit: 'd' },
    lastHctDate: { title: 'Date of the last transplantation', type: 'moment' },
    daysSinceHct: { title: 'Days from the last transplantation until today', type: 'number', unit: 'd' },
    priorHct: { title: 'A transplantation took place', type: 'boolean' },
  },
  uses: ['assertedHctPlan', 'assertedHctDate', 'hctPlans', 'hctProcedures'],
  compute(scope) {
    const asserted = scope.fact('assertedHctPlan')
    const planned = rowsOf(scope, 'hctPlans')
    const done = rowsOf(scope, 'hctProcedures')
    const future = momentOf(scope, 'assertedHctDate') ?? planned.find(({ at }) => at !== undefined && at.day >= scope.now.day)?.at
    const past = done.find(({ at }) => at !== undefined && at.day <= scope.now.day)
    return {
      hctPlan: asserted.state === 'present' ? asserted : planned.length > 0 ? present('planned', 'planned', { sources: planned.map(({ reference }) => reference) }) : missing('absent', 'no transplant plan in the record'),
      hctDate: future ? present(future, scope.calendar.iso(future), { at: future }) : missing('absent', 'no date'),
      daysToHct: future ? present(daysBetween(scope.now, future), `${String(daysBetween(scope.now, future))} d`, { at: future }) : missing('absent', 'no date'),
      lastHctDate: past?.at ? present(past.at, scope.calendar.iso(past.at), { at: past.at, sources: [past.reference] }) : missing('not-applicable', 'no transplantation on record'),
      daysSinceHct: past?.at ? present(daysBetween(past.at, scope.now), `${String(daysBetween(past.at, scope.now))} d`, { at: past.at }) : missing('not-applicable', 'no transplantation on record'),
      priorHct: present(done.length > 0, done.length > 0 ? 'yes' : 'no', { sources: done.map(({ reference }) => reference) }),
    }
  },
}
