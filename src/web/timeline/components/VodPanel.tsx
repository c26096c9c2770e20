import type { GradeRow, SignRow } from '../../../derive/vod-tables.ts'
import type { RiskRow } from '../../../derive/vod-risk.ts'
import type { Scope } from '../../../facts/scope.ts'
import { textSetting } from '../../../facts/settings.ts'
import type { Calendar } from '../../../language/calendar.ts'
import type { Engine } from '../engine.ts'
import { rowsIn, textIn } from '../moments.ts'
import { TEXTS } from '../texts.ts'
import { FactRows } from './FactRows.tsx'

const SIGNS: Readonly<Record<SignRow['state'], string>> = { present: '●', suspected: '◐', excused: '○', absent: '○', 'not-recorded': '–', 'not-known': '?' }

const Signs = ({ rows, calendar, say }: { readonly rows: readonly SignRow[]; readonly calendar: Calendar; readonly say: (text: string) => string }) => (
  <table class="values wide">
    <caption class="unseen">{TEXTS.vod.signs}</caption>
    <thead><tr><th scope="col">{TEXTS.vod.sign}</th><th scope="col">{TEXTS.vod.limit}</th><th scope="col">{TEXTS.vod.state}</th><th scope="col">{TEXTS.vod.since}</th></tr></thead>
    <tbody>
      {rows.map(({ key, state, text, since, limit }) => (
        <tr key={key} class={`sign-${state}`}>
          <th scope="row">{TEXTS.vod.names[key]}</th><td>{limit ?? ''}</td>
          <td><span aria-hidden="true">{SIGNS[state]}</span> <b>{TEXTS.vod.states[state]}</b>{text ? `, ${say(text)}` : ''}</td><td>{since ? calendar.iso(since) : ''}</td>
        </tr>
      ))}
    </tbody>
  </table>
)

interface GradesProps { readonly rows: readonly GradeRow[]; readonly columns: readonly string[]; readonly isPresent: boolean; readonly say: (text: string) => string }

/** The severity table: each criterion with the limits of its four columns; where there is VOD, the patient's cell is marked by a sign and its words. */
const Grades = ({ rows, columns, isPresent, say }: GradesProps) => (
  <div class="scroll" tabIndex={0} role="region" aria-label={TEXTS.vod.severity}>
    <table class="values grades">
      <caption class="unseen">{TEXTS.vod.severity}</caption>
      <thead><tr><th scope="col">{TEXTS.vod.criterion}</th>{columns.map((column) => <th key={column} scope="col">{say(column)}</th>)}</tr></thead>
      <tbody>
        {rows.map(({ name, limits, grade, text }) => (
          <tr key={name}>
            <th scope="row">{TEXTS.vod.criteria[name] ?? name}</th>
            {columns.map((column, i) => (isPresent && column === grade
              ? <td key={column} class="here"><span aria-hidden="true">▸ </span>{limits[i]}<br /><b>{say(text ?? '')}</b></td>
              : <td key={column} class="muted">{limits[i]}</td>))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)

const Risks = ({ rows }: { readonly rows: readonly RiskRow[] }) => (
  <div class="scroll" tabIndex={0} role="region" aria-label={TEXTS.vod.risks}>
    <table class="values wide">
      <caption class="unseen">{TEXTS.vod.risks}</caption>
      <thead><tr><th scope="col">{TEXTS.vod.factor}</th><th scope="col">{TEXTS.vod.state}</th><th scope="col">{TEXTS.vod.changeable}</th><th scope="col">{TEXTS.vod.evidence}</th></tr></thead>
      <tbody>{rows.map(({ test, factor, state, changeable, evidence }) => (
        <tr key={test} class={state === 'present' ? 'is-present' : ''}><th scope="row">{factor}</th><td class="risk-state">{state === 'present' ? <b>{TEXTS.vod.riskStates[state]}</b> : TEXTS.vod.riskStates[state]}</td><td>{TEXTS.vod.changes[changeable] ?? changeable}</td><td>{evidence}</td></tr>
      ))}</tbody>
    </table>
  </div>
)

/** Signs, criteria, severity and risk factors of veno-occlusive disease. Never a score. */
export const VodPanel = ({ engine: { content, calendar }, scope }: { readonly engine: Engine; readonly scope: Scope }) => {
  const { vod } = content.timeline
  const isPresent = vod.isPresent.some((name) => {
    const fact = scope.fact(name)
    return fact.state === 'present' && fact.value === true
  })
  const say = content.phrases.of
  const columns = scope.fact(vod.columns)
  return (
    <section id="vod" class="panel" aria-labelledby="vod-heading">
      <h2 id="vod-heading">{TEXTS.vod.heading}</h2>
      <FactRows engine={{ content, calendar }} scope={scope} names={vod.facts} />
      <h3>{TEXTS.vod.signs}</h3>
      <Signs rows={rowsIn<SignRow>(scope, vod.signs)} calendar={calendar} say={say} />
      <h3>{TEXTS.vod.severity}{isPresent ? `: ${say(textIn(scope.fact(vod.grade)) ?? '')}` : ''}</h3>
      <p class={isPresent ? '' : 'muted'}>{isPresent ? say(textIn(scope.fact(vod.reason)) ?? '') : TEXTS.vod.notGraded}</p>
      <Grades rows={rowsIn<GradeRow>(scope, vod.grades)} columns={columns.state === 'present' && Array.isArray(columns.value) ? columns.value.map(String) : []} isPresent={isPresent} say={say} />
      <h3>{TEXTS.vod.risks}</h3>
      <p class="muted">{textSetting(content.settings, vod.caution)}</p>
      <Risks rows={rowsIn<RiskRow>(scope, vod.risks)} />
    </section>
  )
}
