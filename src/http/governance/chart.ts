import { markup, type Markup, type Part } from '../pages/markup.ts'
import type { Share } from './statistics.ts'
import type { PeriodSummary } from './summary.ts'
import type { GovernanceTexts } from './texts.ts'

const [WIDTH, HEIGHT, FOOT, TOP, LEFT] = [720, 190, 24, 10, 34]
const PLOT = HEIGHT - FOOT - TOP
/** A single week is a bar, not a wall. */
const WIDEST = 72

type Series = 'accepted' | 'overridden' | 'unanswered'
const SERIES: readonly Series[] = ['accepted', 'overridden', 'unanswered']

const short = (value: number): string => String(Math.round(value * 10) / 10)

/** A round number at or above the highest bar. */
function ceiling(most: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, most)))
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((step) => step * power).find((limit) => limit >= most) ?? most
}

const knownSum = (period: PeriodSummary): number => SERIES.reduce((sum, series) => sum + (period[series] ?? 0), 0)

function bar(period: PeriodSummary, x: number, width: number, top: number): Part {
  let below = 0
  const parts = SERIES.map((series): Part => {
    const height = (period[series] ?? 0) / top * PLOT
    below += height
    return height === 0 ? undefined : markup`<rect class="bar bar-${series}" x="${short(x)}" y="${short(TOP + PLOT - below)}" width="${short(width)}" height="${short(height)}"/>`
  })
  const isHidden = SERIES.some((series) => period[series] === undefined)
  return [parts, isHidden ? markup`<text class="bar-hidden" x="${short(x + width / 2)}" y="${short(TOP + PLOT - below - 4)}">*</text>` : undefined]
}

/** Answers over time as stacked bars. The numbers stand in the table beside it, so the drawing is one image with a sentence. */
export function weekChart(periods: readonly PeriodSummary[], texts: GovernanceTexts): Markup {
  const top = ceiling(Math.max(1, ...periods.map(knownSum)))
  const step = (WIDTH - LEFT) / periods.length
  const width = Math.min(step * 0.7, WIDEST)
  const labelled = Math.ceil(periods.length / 8)
  const bars = periods.map((period, i): Part => [
    bar(period, LEFT + i * step + (step - width) / 2, width, top),
    i % labelled === 0 ? markup`<text class="axis" x="${short(LEFT + i * step + step / 2)}" y="${HEIGHT - 8}">${period.from.slice(5)}</text>` : undefined,
  ])
  const lines = [0, top / 2, top].map((value) => {
    const y = short(TOP + PLOT - value / top * PLOT)
    return markup`<line class="grid" x1="${LEFT}" x2="${WIDTH}" y1="${y}" y2="${y}"/><text class="axis axis-y" x="${LEFT - 6}" y="${y}">${short(value)}</text>`
  })
  const legend = SERIES.map((series) => markup`<li><svg class="key" viewBox="0 0 12 12" aria-hidden="true"><rect class="bar bar-${series}" width="12" height="12"/></svg> ${texts.tiles[series]}</li>`)
  const pattern = markup`<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch-ground" width="6" height="6"/><line class="hatch-line" x1="0" y1="0" x2="0" y2="6"/></pattern></defs>`
  return markup`<svg class="weeks" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${texts.overTime.describe(periods.length)}">${pattern}${lines}${bars}</svg><ul class="legend">${legend}<li>* ${texts.overTime.hidden}</li></ul>`
}

const [SPAN, TALL] = [120, 14]

/** A share on a line from 0 to 1 with its interval; the words beside it say the same. */
export function intervalLine({ share, low, high }: Share): Markup {
  const at = (value: number): string => short(value * SPAN)
  return markup`<svg class="interval" viewBox="-4 0 ${SPAN + 8} ${TALL}" aria-hidden="true"><line class="grid" x1="0" x2="${SPAN}" y1="7" y2="7"/><line class="range" x1="${at(low)}" x2="${at(high)}" y1="7" y2="7"/><circle class="point" cx="${at(share)}" cy="7" r="3.5"/></svg>`
}
