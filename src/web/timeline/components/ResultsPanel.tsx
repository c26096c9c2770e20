import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type uPlot from 'uplot'
import type { Calendar } from '../../../language/calendar.ts'
import { drawChart, zoomTo } from '../plot.ts'
import type { Point, ResultChart } from '../results.ts'
import { TEXTS } from '../texts.ts'
import { useTheme } from '../use-theme.ts'
import { useWidth } from '../use-width.ts'

const HEIGHT = 92
const LAST_HEIGHT = 118
const DAY_MS = 86_400_000
type Range = readonly [number, number]

const limitWords = ({ limits, unit }: ResultChart): string =>
  limits.map(({ value, timesUln }) => (timesUln === undefined ? `${Number((value ?? 0).toFixed(1))} ${unit}` : `${timesUln} × ${TEXTS.uln}`)).join(', ')

const saidOf = ({ text, at, uln }: Point, calendar: Calendar): string => `${text} · ${calendar.short(calendar.of(at))}${uln === undefined ? '' : ` · ${TEXTS.uln} ${uln}`}`

interface ChartProps { readonly chart: ResultChart; readonly doses: readonly number[]; readonly range: Range; readonly setRange: (range: Range) => void; readonly calendar: Calendar; readonly isLast: boolean; readonly width: number }

const Chart = ({ chart, doses, range, setRange, calendar, isLast, width }: ChartProps) => {
  const frame = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(null)
  const theme = useTheme()
  const [at, setAt] = useState<number | null>(null)
  const newest = chart.points.at(-1)
  useEffect(() => {
    if (!frame.current || width === 0 || chart.points.length === 0) return undefined
    const drawn = drawChart(chart, {
      width, height: isLast ? LAST_HEIGHT : HEIGHT, doses, range, timeZone: calendar.timeZone, dayOf: (time) => calendar.short(calendar.of(time)), isLast, onCursor: setAt, onZoom: (from, to) => setRange([from, to]),
    }, frame.current)
    plot.current = drawn
    return () => drawn.destroy()
  }, [chart, width, theme])
  useEffect(() => { if (plot.current && chart.points.length > 0) zoomTo(plot.current, range) }, [range])
  const shown = (at === null ? undefined : chart.points[at]) ?? newest
  return (
    <figure class="chart">
      <figcaption><b>{chart.short}</b> <span class="muted">{chart.unit}</span><span class="reading">{shown ? saidOf(shown, calendar) : TEXTS.results.none}</span>{limitWords(chart) ? <span class="limit">{TEXTS.results.limit} {limitWords(chart)}</span> : null}
        {chart.undrawn > 0 ? <span class="lost">{TEXTS.results.undrawn(chart.undrawn)}</span> : null}</figcaption>
      {chart.points.length === 0 ? null : <div ref={frame} role="img" aria-label={TEXTS.results.describe(chart.short, chart.points.length, newest ? saidOf(newest, calendar) : '', limitWords(chart))} />}
    </figure>
  )
}

/** All results by day; of several on one day the last. */
const Table = ({ charts, calendar }: { readonly charts: readonly ResultChart[]; readonly calendar: Calendar }) => {
  const days = [...new Set(charts.flatMap(({ points }) => points.map(({ day }) => day)))].toSorted((a, b) => b - a)
  const dayText = (day: number): string => calendar.iso({ at: 0, day, precise: false })
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={TEXTS.results.heading}>
      <table class="values">
        <thead><tr><th scope="col">{TEXTS.rules.date}</th>{charts.map(({ measurement, short, unit }) => <th key={measurement} scope="col">{short} <span class="muted">{unit}</span></th>)}</tr></thead>
        <tbody>{days.map((day) => <tr key={day}><th scope="row">{dayText(day)}</th>{charts.map(({ measurement, points }) => <td key={measurement}>{points.findLast((point) => point.day === day)?.text ?? ''}</td>)}</tr>)}</tbody>
      </table>
    </div>
  )
}

function wholeRange(charts: readonly ResultChart[], doses: readonly number[], now: number): Range {
  const times = [...charts.flatMap(({ points }) => points.map(({ at }) => at)), ...doses, now]
  return [Math.min(...times) - DAY_MS, Math.max(...times) + DAY_MS]
}

interface ResultsProps { readonly charts: readonly ResultChart[]; readonly doses: readonly number[]; readonly now: number; readonly calendar: Calendar }

/** Charts of results one below the other: one cursor, one stretch of time, doses as lines. */
export const ResultsPanel = ({ charts, doses, now, calendar }: ResultsProps) => {
  const frame = useRef<HTMLDivElement>(null)
  const width = useWidth(frame)
  const whole = useMemo(() => wholeRange(charts, doses, now), [charts, doses, now])
  const [range, setRange] = useState<Range>(whole)
  useEffect(() => setRange(whole), [whole])
  const lastDays = (days: number): void => setRange([whole[1] - days * DAY_MS, whole[1]])
  const move = (share: number): void => setRange(([from, to]) => [from + (to - from) * share, to + (to - from) * share])
  const drawn = charts.filter(({ points }) => points.length > 0)
  return (
    <section id="results" class="panel" aria-labelledby="results-heading">
      <div class="panel-head">
        <h2 id="results-heading">{TEXTS.results.heading}</h2>
        <div class="ranges">
          <button type="button" class="quiet" onClick={() => move(-0.5)} aria-label={TEXTS.results.earlier}>◂</button>
          {TEXTS.results.stretches.map(([days, words]) => <button key={days} type="button" class="quiet" onClick={() => lastDays(days)}>{words}</button>)}
          <button type="button" class="quiet" onClick={() => setRange(whole)}>{TEXTS.results.all}</button>
          <button type="button" class="quiet" onClick={() => move(0.5)} aria-label={TEXTS.results.later}>▸</button>
        </div>
      </div>
      <p class="muted hint">{TEXTS.results.hint}</p>
      <div ref={frame} class="charts">
        {charts.map((chart) => <Chart key={chart.measurement} chart={chart} doses={doses} range={range} setRange={setRange} calendar={calendar} isLast={chart === drawn.at(-1)} width={width} />)}
      </div>
      <details><summary>{TEXTS.table}</summary><Table charts={charts} calendar={calendar} /></details>
    </section>
  )
}
