import uPlot from 'uplot'
import type { Point, ResultChart } from './results.ts'

export interface PlotOptions {
  readonly width: number
  readonly height: number
  /** Epoch ms of doses, drawn as lines. */
  readonly doses: readonly number[]
  readonly range: readonly [number, number]
  readonly timeZone: string
  /** The date of an instant, for the axis. */
  readonly dayOf: (at: number) => string
  readonly isLast: boolean
  readonly onZoom: (from: number, to: number) => void
  readonly onCursor: (index: number | null) => void
}

const AXIS_PX = 58
const SYNC = 'timeline-results'

const colour = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

const SECOND = 1000
const secondsOf = (points: readonly Point[]): number[] => points.map(({ at }) => at / SECOND)

/** One value at all times, or one for each result, because laboratories differ. */
interface Line { readonly colour: '--line-strong' | '--critical'; readonly dash: number[]; readonly values: (number | null)[]; readonly constant: number | undefined }

function lineOf(values: (number | null)[], kind: Pick<Line, 'colour' | 'dash'>): Line {
  const different = new Set(values.filter((value) => value !== null))
  const [only] = different
  return { ...kind, values, constant: different.size === 1 ? only : undefined }
}

function linesOf({ points, limits, showsUln }: ResultChart): readonly Line[] {
  const uln = showsUln ? [lineOf(points.map((point) => point.uln ?? null), { colour: '--line-strong', dash: [2, 3] })] : []
  const times = (value: number | undefined, timesUln: number | undefined): (number | null)[] => points.map((point) => value ?? (point.uln === undefined || timesUln === undefined ? null : point.uln * timesUln))
  return [...uln, ...limits.map(({ value, timesUln }) => lineOf(times(value, timesUln), { colour: '--critical', dash: [7, 4] }))]
}

const seriesOf = (lines: readonly Line[]): uPlot.Series[] => [
  {}, { stroke: colour('--accent'), width: 1.75, points: { show: true, size: 6, fill: colour('--accent') } },
  ...lines.map((line): uPlot.Series => ({ stroke: colour(line.colour), width: 1.25, dash: line.dash, points: { show: false }, spanGaps: true })),
]

/** A limit that is the same for every result holds between and beyond them too. */
function drawConstants({ ctx, bbox, valToPos }: uPlot, lines: readonly Line[]): void {
  ctx.save()
  ctx.lineWidth = 1.25 * window.devicePixelRatio
  for (const { constant, colour: name, dash } of lines) {
    if (constant === undefined) continue
    const y = Math.round(valToPos(constant, 'y', true)) + 0.5
    ctx.strokeStyle = colour(name)
    ctx.setLineDash(dash.map((part) => part * window.devicePixelRatio))
    ctx.beginPath()
    ctx.moveTo(bbox.left, y)
    ctx.lineTo(bbox.left + bbox.width, y)
    ctx.stroke()
  }
  ctx.restore()
}

function drawDoses(plot: uPlot, doses: readonly number[]): void {
  const { ctx, bbox } = plot
  ctx.save()
  ctx.strokeStyle = colour('--muted')
  ctx.lineWidth = 1
  ctx.setLineDash([1, 3])
  for (const at of doses) {
    const x = Math.round(plot.valToPos(at / SECOND, 'x', true)) + 0.5
    if (x < bbox.left || x > bbox.left + bbox.width) continue
    ctx.beginPath()
    ctx.moveTo(x, bbox.top)
    ctx.lineTo(x, bbox.top + bbox.height)
    ctx.stroke()
  }
  ctx.restore()
}

function axesOf({ isLast, dayOf }: PlotOptions): uPlot.Axis[] {
  const common = { stroke: colour('--muted'), font: '11px system-ui, sans-serif', ticks: { stroke: colour('--line'), width: 1, size: 4 } }
  return [{ ...common, show: isLast, size: 30, space: 64, grid: { show: false }, values: (_, splits) => splits.map((seconds) => dayOf(seconds * SECOND)) }, { ...common, size: AXIS_PX, space: 26, values: (_, splits) => splits.map((value) => String(Number(value.toPrecision(6)))), grid: { stroke: colour('--line'), width: 1 } }]
}

/** Draws one chart into an element. All charts share the cursor, and report a zoom so that the others follow. */
export function drawChart(chart: ResultChart, options: PlotOptions, into: HTMLElement): uPlot {
  const { width, height, doses, range, timeZone, onZoom, onCursor } = options
  const lines = linesOf(chart)
  const constants = lines.flatMap(({ constant }) => constant ?? [])
  let isReady = false
  return new uPlot({
    width, height, legend: { show: false }, padding: [8, 12, options.isLast ? 0 : 6, 0], tzDate: (seconds) => uPlot.tzDate(new Date(seconds * SECOND), timeZone),
    scales: { x: { time: true, min: range[0] / SECOND, max: range[1] / SECOND }, y: { range: (_, low, high) => spread([low, high, ...constants]) } },
    series: seriesOf(lines), axes: axesOf(options),
    cursor: { sync: { key: SYNC }, drag: { x: true, y: false }, points: { size: 9 }, y: false },
    hooks: {
      ready: [() => { isReady = true }],
      drawClear: [(plot) => drawDoses(plot, doses)],
      draw: [(plot) => drawConstants(plot, lines)],
      setCursor: [(plot) => onCursor(plot.cursor.idx ?? null)],
      setScale: [(plot, key) => { if (isReady && key === 'x') onZoom(Number(plot.scales['x']?.min) * SECOND, Number(plot.scales['x']?.max) * SECOND) }],
    },
  }, [secondsOf(chart.points), chart.points.map(({ value }) => value), ...lines.map(({ values, constant }) => (constant === undefined ? values : values.map(() => null)))] as uPlot.AlignedData, into) // sound: every row has as many entries as there are points
}

/** From a little below the lowest to a little above the highest, never below zero. */
function spread(values: readonly (number | null)[]): [number, number] {
  const known = values.filter((value) => value !== null)
  const [from, to] = known.length === 0 ? [0, 1] : [Math.min(...known), Math.max(...known)]
  const margin = (to - from || Math.abs(to) || 1) * 0.12
  return [Math.max(0, from - margin), to + margin]
}

/** Shows another part of time. */
export function zoomTo(plot: uPlot, [from, to]: readonly [number, number]): void {
  const { min, max } = plot.scales['x'] ?? {}
  if (min === from / SECOND && max === to / SECOND) return
  plot.setScale('x', { min: from / SECOND, max: to / SECOND })
}
