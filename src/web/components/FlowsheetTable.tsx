import { useMemo } from 'preact/hooks'
import { ofType, type ChartSection } from '../chart.ts'
import { shortDay } from '../dates.ts'
import { flowsheetOf, shortName, type Cell, type Flowsheet, type Group, type Row } from '../flowsheet.ts'
import { TEXTS } from '../texts.ts'

const Mark = ({ sign, word }: { readonly sign: string; readonly word: string }) => (
  <abbr class="mark" title={word}><span aria-hidden="true">{sign}</span><span class="unseen">{word}</span></abbr>
)

const Value = ({ cell, row }: { readonly cell: Cell | undefined; readonly row: Row }) => {
  if (!cell) return <td />
  const flag = cell.flag && TEXTS.chart.flags[cell.flag]
  const more = cell.others > 0 ? ` · ${TEXTS.chart.moreThatDay(cell.others)}` : ''
  return (
    <td class={cell.flag ? `flag flag-${cell.flag}` : undefined} title={`${cell.time}${more}`}>
      {cell.value}
      {cell.unit === row.unit ? null : <span class="unit"> {cell.unit}</span>}
      {flag ? <Mark sign={flag[0]} word={flag[1]} /> : null}
      {cell.isPreliminary ? <Mark sign={TEXTS.chart.preliminary[0]} word={TEXTS.chart.preliminary[1]} /> : null}
    </td>
  )
}

const GroupRows = ({ group, sheet }: { readonly group: Group; readonly sheet: Flowsheet }) => {
  const rows = sheet.rows.filter((row) => row.group === group)
  if (rows.length === 0) return null
  return (
    <tbody>
      <tr class="group"><th scope="rowgroup" colSpan={sheet.days.length + 3}><span>{TEXTS.chart.groups[group]}</span></th></tr>
      {rows.map((row) => (
        <tr key={row.key}>
          <th scope="row" title={row.name}>{shortName(row.name)}</th>
          <td class="unit">{row.unit}</td>
          <td class="range">{row.range}</td>
          {sheet.days.map((day) => <Value key={day.key} cell={row.cells.get(day.key)} row={row} />)}
        </tr>
      ))}
    </tbody>
  )
}

const Head = ({ sheet }: { readonly sheet: Flowsheet }) => (
  <thead>
    <tr>
      <th scope="col">{TEXTS.chart.analyte}</th>
      <th scope="col">{TEXTS.chart.unit}</th>
      <th scope="col">{TEXTS.chart.range}</th>
      {sheet.days.map((day) => (
        <th key={day.key} scope="col" class="day"><time dateTime={day.key}>{shortDay(day.date)}<small>{day.date.getFullYear()}</small></time></th>
      ))}
    </tr>
  </thead>
)

/** Results as a dense table that scrolls sideways: analytes down, days across, newest first. */
export const FlowsheetTable = ({ results }: { readonly results: ChartSection }) => {
  const sheet = useMemo(() => flowsheetOf(ofType(results, 'Observation')), [results])
  if (sheet.rows.length === 0) return <p class="empty">{TEXTS.chart.empty}</p>
  return (
    <>
      <div class="sheet" role="region" aria-label={TEXTS.chart.table} tabIndex={0}>
        <table>
          <Head sheet={sheet} />
          {(['laboratory', 'other', 'vital-signs'] as const).map((group) => <GroupRows key={group} group={group} sheet={sheet} />)}
        </table>
      </div>
      <p class="legend">{TEXTS.chart.legend}</p>
    </>
  )
}
