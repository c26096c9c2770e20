import { conditionLines, doseLines, medicationLines, procedureLines, type ChartSection, type Line } from '../chart.ts'
import type { Effects } from '../effects.ts'
import type { Loadable } from '../session.ts'
import { TEXTS } from '../texts.ts'
import type { LoadedChart } from './Banner.tsx'
import { FlowsheetTable } from './FlowsheetTable.tsx'
import { Notice } from './Notice.tsx'

interface LinesProps {
  readonly title: string
  readonly sections: readonly (Loadable<ChartSection> | undefined)[]
  readonly lines: (section: ChartSection) => readonly Line[]
  readonly off: string
}

const LineRow = ({ line, off }: { readonly line: Line; readonly off: string }) => (
  <li class={line.isOff ? 'line line-off' : 'line'}>
    <span class="line-when">{line.when}</span>
    <span class="line-title">{line.title}{line.isOff ? <em> {off}</em> : null}</span>
    <span class="line-detail">{line.detail}</span>
  </li>
)

const Lines = ({ title, sections, lines, off }: LinesProps) => {
  const known = sections.flatMap((section) => (section?.state === 'loaded' ? section.value : []))
  const rows = lines(known)
  const isLoading = sections.some((section) => !section || section.state === 'loading')
  const isLost = sections.some((section) => section?.state === 'failed')
  return (
    <section class="panel">
      <h3>{title}</h3>
      {isLost ? <Notice tone="warning">{TEXTS.chart.failed}</Notice> : null}
      {rows.length === 0 && !isLost ? <p class="empty">{isLoading ? TEXTS.page.loading : TEXTS.chart.empty}</p> : null}
      <ul class="lines">
        {[...rows].sort((a, b) => Number(a.isOff) - Number(b.isOff)).map((line) => <LineRow key={line.id} line={line} off={off} />)}
      </ul>
    </section>
  )
}

const Results = ({ results, effects }: { readonly results: Loadable<ChartSection> | undefined; readonly effects: Effects }) => {
  if (!results || results.state === 'loading') return <p class="empty">{TEXTS.page.loading}</p>
  if (results.state === 'failed') return <Notice tone="warning">{TEXTS.chart.failed}</Notice>
  return <FlowsheetTable results={results.value} effects={effects} />
}

/** The record: results as a flowsheet, then what is taken, was given, is known and is planned. */
export const Chart = ({ chart, effects }: { readonly chart: LoadedChart; readonly effects: Effects }) => (
  <section class="chart" id="chart" aria-label={TEXTS.chart.title} tabIndex={-1}>
    <section class="panel">
      <h3>{TEXTS.chart.results}</h3>
      <Results results={chart.results} effects={effects} />
    </section>
    <div class="pair">
      <Lines title={TEXTS.chart.doses} sections={[chart.doses]} lines={doseLines} off={TEXTS.chart.notDone} />
      <Lines title={TEXTS.chart.medications} sections={[chart.medications]} lines={medicationLines} off={TEXTS.chart.ended} />
      <Lines title={TEXTS.chart.conditions} sections={[chart.conditions]} lines={conditionLines} off={TEXTS.chart.ended} />
      <Lines title={TEXTS.chart.procedures} sections={[chart.procedures, chart.plans]} lines={procedureLines} off={TEXTS.chart.ended} />
    </div>
  </section>
)
