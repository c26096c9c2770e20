import type { Card, Indicator } from './wire.ts'

/** How many cards of each indicator: critical, warning, info. */
export const tally = (cards: readonly Card[]): readonly [critical: number, warning: number, info: number] => {
  const of = (indicator: Indicator): number => cards.filter((card) => card.indicator === indicator).length
  return [of('critical'), of('warning'), of('info')]
}
