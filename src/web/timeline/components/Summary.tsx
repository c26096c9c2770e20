import { patientName } from '../../chart.ts'
import { clock, longDay } from '../../dates.ts'
import { textIn, type Course } from '../moments.ts'
import type { ResultChart } from '../results.ts'
import { firedIn, rulesOf, unreadIn } from '../rules.ts'
import type { Loaded } from '../session.ts'
import { TEXTS } from '../texts.ts'
import type { View } from '../view.ts'
import { FactRows } from './FactRows.tsx'

interface SummaryProps { readonly loaded: Loaded; readonly view: View; readonly course: Course; readonly charts: readonly ResultChart[]; readonly supposed: string }

const Doses = ({ course, calendar }: { readonly course: Course; readonly calendar: Loaded['engine']['calendar'] }) => (
  <p>{course.days.map(({ kind, at, label, milligrams, reason }) => [label, calendar.iso(at), milligrams === undefined ? '' : `${milligrams} mg`, TEXTS.course.kinds[kind], reason ? `(${reason})` : ''].filter(Boolean).join(' ')).join('; ')}</p>
)

/** One page on paper. On the screen it is not there. */
export const Summary = ({ loaded, view, course, charts, supposed }: SummaryProps) => {
  const { engine, patient, session, readAt } = loaded
  const { content, calendar } = engine
  const { panels } = content.timeline
  const unread = unreadIn(view)
  const printed = new Date(readAt)
  return (
    <article class="summary" aria-hidden="true">
      <h1>{TEXTS.page.title}: {(patient && patientName(patient)) || TEXTS.patient.unnamed}</h1>
      <p>{[patient?.gender && TEXTS.patient.genders[patient.gender], patient?.birthDate && TEXTS.patient.born(patient.birthDate), TEXTS.patient.id(session.patientId), TEXTS.page.readAt(`${longDay(printed)} ${clock(printed)}`)].filter(Boolean).join(' · ')}</p>
      {supposed === '' ? null : <p class="supposed"><b>{TEXTS.summary.hypothetical}</b> {supposed}</p>}
      {unread.length > 0 ? <p><b>{TEXTS.unread(unread.join('; '))}</b></p> : null}
      <h2>{TEXTS.dose.heading}: {TEXTS.dose.on(textIn(view.scope.fact('doseLabel')) ?? '', calendar.iso(view.planned))}</h2>
      <p>{[textIn(view.scope.fact(content.timeline.order.dose)), view.isOrdered ? TEXTS.dose.ordered : TEXTS.dose.assumed, TEXTS.dose.asked(view.dose.length, view.dose.filter(({ outcome }) => outcome === 'unknown').length)].filter(Boolean).join(' · ')}</p>
      <ul>{firedIn(rulesOf(view)).map(({ rule, indicator, summary, release }) => <li key={rule.id}>{TEXTS.indicator[indicator ?? 'info']}: {summary}{release ? ` ${TEXTS.dose.until}: ${release}` : ''}</li>)}</ul>
      <h2>{TEXTS.course.heading}</h2><Doses course={course} calendar={calendar} />
      <h2>{TEXTS.summary.newest}</h2>
      <p>{charts.flatMap(({ short, points }) => { const last = points.at(-1); return last ? [`${short} ${last.text} (${calendar.iso(calendar.of(last.at))})`] : [] }).join('; ')}</p>
      <div class="columns">{(['course', 'due', 'transplant', 'after'] as const).map((part) => <div key={part}><h2>{TEXTS.plan[part]}</h2><FactRows engine={engine} scope={view.scope} names={panels[part]} /></div>)}</div>
      <p class="foot">{TEXTS.page.content(content.profileTitle, content.labelRevision, content.hash)}. {TEXTS.summary.caution}</p>
    </article>
  )
}
