import type { CalendarDay } from './days.ts'
import { addDays, isDay } from './days.ts'

export const SORTS = ['overridden', 'fired', 'rule'] as const
export type Sort = (typeof SORTS)[number]

/** What is asked of the dashboard. Days as yyyy-mm-dd in the zone of the site, both inclusive; empty: all. */
export interface GovernanceView { readonly from: CalendarDay; readonly until: CalendarDay; readonly profile: string; readonly client: string; /** Only this rule. */ readonly rule: string; readonly sort: Sort }

const STANDARD_DAYS = 90
/** A longer range would be a second look at everything. */
const LONGEST_DAYS = 731
const LIMIT = 300

/** The view an address asks for; what cannot be read counts as not asked. The range is kept in order and in bounds. */
export function viewOf(query: unknown, today: CalendarDay): GovernanceView {
  const given: Readonly<Record<string, unknown>> = typeof query === 'object' && query !== null ? { ...query } : {}
  const text = (name: string): string => {
    const value = given[name]
    return typeof value === 'string' ? value.slice(0, LIMIT) : ''
  }
  const day = (name: string, standard: CalendarDay): CalendarDay => (isDay(text(name)) ? text(name) : standard)
  const until = day('until', today)
  const from = day('from', addDays(until, -STANDARD_DAYS + 1))
  const earliest = addDays(until, -LONGEST_DAYS + 1)
  return {
    from: from > until ? until : from < earliest ? earliest : from, until, profile: text('profile'), client: text('client'), rule: text('rule'),
    sort: SORTS.find((sort) => sort === text('sort')) ?? 'overridden',
  }
}

/** The same as an address, with changes. */
export function searchOf(view: GovernanceView, change: Partial<GovernanceView> = {}): string {
  const { from, until, profile, client, rule, sort } = { ...view, ...change }
  const pairs = Object.entries({ from, until, profile, client, rule, sort }).filter(([, value]) => value !== '')
  return `?${new URLSearchParams(pairs).toString()}`
}
