import type { Observation } from 'fhir/r4.js'
import { useMemo, useRef, useState } from 'preact/hooks'
import { ofType, type ChartSection } from '../chart.ts'
import { shortDay } from '../dates.ts'
import type { Effects } from '../effects.ts'
import { flowsheetOf, shortName, type Cell, type Flowsheet, type Group, type Row } from '../flowsheet.ts'
import { moveInTable } from '../grid-keys.ts'
import { TEXTS } from '../texts.ts'
import { ResultEditor } from './ResultEditor.tsx'

const Mark = ({ sign, word }: { readonly sign: string; readonly word: string }) => (
  <abbr class="mark" title={word}><span aria-hidden="true">{sign}</span><span class="unseen">{word}</span></abbr>
)

interface Editing {
  /** The one cell that Tab reaches; arrow keys go on from there. */
  readonly tabStop: string | undefined
  readonly onEdit: (result: Observation) => void
  readonly onReach: (id: string | undefined) => void
}

const Shown = ({ cell, row }: { readonly cell: Cell; readonly row: Row }) => {
  const flag = cell.flag && TEXTS.chart.flags[cell.flag]
  return (
    <>
      {cell.value}
      {cell.unit === row.unit ? null : <span class="unit"> {cell.unit}</span>}
      {flag ? <Mark sign={flag[0]} word={flag[1]} /> : null}
      {cell.isPreliminary ? <Mark sign={TEXTS.chart.preliminary[0]} word={TEXTS.chart.preliminary[1]} /> : null}
    </>
  )
}

const Value = ({ cell, row, editing }: { readonly cell: Cell | undefined; readonly row: Row; readonly editing: Editing }) => {
  if (!cell) return <td />
  const { source } = cell
  const more = cell.others > 0 ? ` · ${TEXTS.chart.moreThatDay(cell.others)}` : ''
  return (
    <td class={cell.flag ? `flag flag-${cell.flag}` : undefined} title={`${cell.time}${more}`}>
      {source
        ? (
          <button type="button" class="cell" tabIndex={source.id === editing.tabStop ? 0 : -1} onFocus={() => editing.onReach(source.id)} onClick={() => editing.onEdit(source)}>
            <span class="unseen">{TEXTS.editor.change(shortName(row.name), shortDay(cell.at))} </span><Shown cell={cell} row={row} />
          </button>
        )
        : <Shown cell={cell} row={row} />}
    </td>
  )
}

const GroupRows = ({ group, sheet, editing }: { readonly group: Group; readonly sheet: Flowsheet; readonly editing: Editing }) => {
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
          {sheet.days.map((day) => <Value key={day.key} cell={row.cells.get(day.key)} row={row} editing={editing} />)}
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

const firstEditable = (sheet: Flowsheet): string | undefined =>
  sheet.rows.flatMap((row) => [...row.cells.values()]).find((cell) => cell.source)?.source?.id

/** Results as a dense table that scrolls sideways: analytes down, days across, newest first. A number can be changed in the record. */
export const FlowsheetTable = ({ results, effects }: { readonly results: ChartSection; readonly effects: Effects }) => {
  const sheet = useMemo(() => flowsheetOf(ofType(results, 'Observation')), [results])
  const [edited, setEdited] = useState<Observation>()
  const [reached, setReached] = useState<string>()
  const table = useRef<HTMLTableElement>(null)
  if (sheet.rows.length === 0) return <p class="empty">{TEXTS.chart.empty}</p>
  const isThere = results.some(({ id }) => id === reached)
  const editing = { tabStop: isThere ? reached : firstEditable(sheet), onEdit: setEdited, onReach: setReached }
  return (
    <>
      <div class="sheet" role="region" aria-label={TEXTS.chart.table} tabIndex={0}>
        <table ref={table} onKeyDown={(event) => moveInTable(event, table.current)}>
          <Head sheet={sheet} />
          {(['laboratory', 'other', 'vital-signs'] as const).map((group) => <GroupRows key={group} group={group} sheet={sheet} editing={editing} />)}
        </table>
      </div>
      <p class="legend">{TEXTS.chart.legend}</p>
      {edited ? <ResultEditor key={edited.id} result={edited} effects={effects} onClose={() => setEdited(undefined)} /> : null}
    </>
  )
}
