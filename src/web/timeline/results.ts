import { type Sample } from '../../facts/series.ts'
import { readSeries } from '../../facts/series.ts'
import { numberSetting } from '../../facts/settings.ts'
import { isMeasured } from '../../facts/view.ts'
import type { TimelineFile } from '../../content/schema/timeline.ts'
import type { Engine } from './engine.ts'
import type { View } from './view.ts'

type ChartSpec = TimelineFile['charts'][number]

/** One result as it is drawn. */
export interface Point {
  /** Epoch ms. */
  readonly at: number
  readonly day: number
  readonly value: number
  readonly text: string
  readonly uln?: number
  readonly final: boolean
}

/** A limit that holds at every time, or one per result because each carries its own upper limit of normal. */
export interface LimitLine { readonly title: string; readonly value?: number; readonly timesUln?: number }

export interface ResultChart {
  readonly measurement: string
  readonly short: string
  readonly unit: string
  readonly points: readonly Point[]
  readonly limits: readonly LimitLine[]
  readonly showsUln: boolean
  /** Results that cannot be drawn: without a readable unit, or in another family than the newest. */
  readonly undrawn: number
}

function pointOf({ at, reading, uln, final }: Sample): Point[] {
  if (!reading) return []
  const value = typeof reading.value === 'number' ? reading.value : reading.value.limit
  return [{ at: at.at, day: at.day, value, text: reading.text, final, ...(uln === undefined ? {} : { uln }) }]
}

function limitOf({ setting, of, over }: ChartSpec['limits'][number], { content }: Engine, { scope }: View): LimitLine[] {
  const value = numberSetting(content.settings, setting)
  const title = content.declaredSettings[setting]?.title ?? setting
  if (of === 'uln') return [{ title, timesUln: value }]
  if (of === undefined || over === undefined) return [{ title, value }]
  const baseline = scope.fact(over)
  return isMeasured(baseline) || (baseline.state === 'present' && typeof baseline.value === 'number') ? [{ title, value: Number(baseline.value) * (1 + value / 100) }] : []
}

/** All results of the charted measurements, oldest first, in the unit of the newest. */
export function chartsOf(engine: Engine, view: View): readonly ResultChart[] {
  const { content } = engine
  const { index, calendar, now, siteLimit } = view.chart
  return content.timeline.charts.flatMap((spec): ResultChart[] => {
    const definition = content.mapping.measurements.get(spec.measurement)
    if (!definition) return []
    const samples = readSeries(definition, { index, calendar, units: content.mapping.units, now, siteLimit })
    const family = samples.find(({ reading }) => reading !== undefined)?.reading?.family
    const drawn = samples.filter(({ reading }) => reading?.family === family).toReversed()
    const unit = family === undefined ? '' : content.mapping.units[definition.quantity]?.families[family]?.display ?? family
    return [{
      measurement: spec.measurement, short: spec.short, unit, points: drawn.flatMap(pointOf), limits: spec.limits.flatMap((limit) => limitOf(limit, engine, view)), showsUln: spec.uln, undrawn: samples.length - drawn.length,
    }]
  })
}
