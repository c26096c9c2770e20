import { RANK } from '../../content/schema/common.ts'
import type { Explanation } from '../../engine/explain.ts'
import type { View } from './view.ts'

/** Rules that fired, the most urgent first. */
export const firedIn = (all: readonly Explanation[]): readonly Explanation[] =>
  all.filter(({ outcome }) => outcome === 'fired').toSorted((a, b) => RANK[b.indicator ?? 'info'] - RANK[a.indicator ?? 'info'])

/** Every rule once: those about the dose, and about the patient those that are not asked of a dose. */
export function rulesOf({ dose, patient }: View): readonly Explanation[] {
  const asked = new Set(dose.map(({ rule }) => rule.id))
  return [...dose, ...patient.filter(({ rule }) => !asked.has(rule.id))]
}

/** Sources that could not be read, as the content calls them. */
export const unreadIn = ({ chart }: View): readonly string[] =>
  [...chart.index.sources].flatMap(([key, state]) => (state.state === 'read' ? [] : [`${chart.sources.get(key)?.title ?? key} (${chart.phrases.of(state.why)})`]))

/** The element of a rule's explanation on the page. */
export const anchorOf = (rule: string): string => `rule-${rule}`
