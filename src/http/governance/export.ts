import type { GovernanceView } from './query.ts'
import type { Share, Visible } from './statistics.ts'
import type { Answers, Summary } from './summary.ts'

/** A spreadsheet would run what begins so. */
const FORMULA = /^[=+\-@\t\r]/

const cell = (value: string | number | undefined): string => {
  const text = value === undefined ? '' : String(value)
  const safe = typeof value === 'string' && FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

const rounded = (value: number | undefined): number | undefined => (value === undefined ? undefined : Math.round(value * 10_000) / 10_000)
const shareCells = (share: Share | undefined): readonly (number | undefined)[] => [rounded(share?.share), rounded(share?.low), rounded(share?.high)]

const COLUMNS = ['part', 'name', 'indicator', 'fired', 'shown', 'accepted', 'overridden', 'unanswered', 'overridden_share', 'overridden_low', 'overridden_high', 'reasons', 'review']

const counts = ({ fired, shown, accepted, overridden, unanswered }: Answers): readonly Visible[] => [fired, shown, accepted, overridden, unanswered]

const row = (part: string, name: string, indicator: string, answers: Answers, more: readonly string[] = []): readonly (string | number | undefined)[] =>
  [part, name, indicator, ...counts(answers), ...shareCells(answers.overriddenShare), ...more]

/** One line a rule, week, profile and client (RFC 4180); an empty count is hidden, as on the page. */
export function csvOf(summary: Summary): string {
  const rules = summary.rules.map((rule) => row('rule', rule.rule, rule.indicator ?? '', rule, [rule.reasons.map(({ code, count }) => `${code === '' ? '-' : code}: ${count === undefined ? 'hidden' : count}`).join('; '), rule.review?.why ?? '']))
  const rows = [
    COLUMNS, row('all', '', '', summary.all), ...rules, ...summary.periods.map((period) => row('week', period.from, '', period)),
    ...summary.profiles.map((profile) => row('profile', profile.name, '', profile)), ...summary.clients.map((client) => row('client', client.name, '', client)),
  ]
  return rows.map((one) => `${COLUMNS.map((_, i) => cell(one[i])).join(',')}\r\n`).join('')
}

const hiddenAsNull = (_key: string, value: unknown): unknown => (value === undefined ? null : value)

/** The same with its question; null is hidden. */
export const jsonOf = (summary: Summary, view: GovernanceView): string => JSON.stringify({ view, ...summary }, hiddenAsNull, 2)
