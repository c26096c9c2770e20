import type { Hold, ReleaseLine } from '../../../derive/holds.ts'
import type { Explanation } from '../../../engine/explain.ts'
import type { Calendar } from '../../../language/calendar.ts'
import type { ClockMark, Course } from '../moments.ts'
import { TEXTS } from '../texts.ts'

const limitText = ({ direction, limit }: ReleaseLine): string => (direction === 'min' ? `≥ ${limit}` : `≤ ${limit} × ${TEXTS.uln}`)
const SIGNS = { yes: '✓', no: '✗', open: '?' } as const
const verdictOf = (ok: boolean | undefined): keyof typeof SIGNS => (ok === undefined ? 'open' : ok ? 'yes' : 'no')

const Checklist = ({ lines, calendar }: { readonly lines: readonly ReleaseLine[]; readonly calendar: Calendar }) => (
  <ul class="conditions checklist">
    {lines.map((line) => {
      const verdict = verdictOf(line.ok)
      return (
        <li key={line.measurement} class={`holds-${verdict}`}>
          <span class="sign" aria-hidden="true">{SIGNS[verdict]}</span>
          <span>{line.title} {limitText(line)}: <b>{line.text ?? TEXTS.holds.noResult}</b>{line.uln === undefined ? '' : ` (${TEXTS.uln} ${line.uln})`} <em>{line.at ? calendar.iso(line.at) : ''} {TEXTS.holds.verdicts[verdict]}</em></span>
        </li>
      )
    })}
  </ul>
)

const Clock = ({ hold, clock }: { readonly hold: Hold; readonly clock: readonly ClockMark[] }) => (
  <ol class="clock">
    {clock.map(({ days, side, title }) => {
      const isPassed = hold.delay >= days
      return <li key={days} class={isPassed ? 'passed' : ''}><b>{days} {TEXTS.holds.d}</b> <span>{side === 'last' ? TEXTS.holds.lastDay : title}</span> <em>{isPassed ? TEXTS.holds.reached : TEXTS.holds.notReached}</em></li>
    })}
  </ol>
)

const Period = ({ hold, clock, calendar }: { readonly hold: Hold; readonly clock: readonly ClockMark[]; readonly calendar: Calendar }) => (
  <article class="hold-period">
    <h3>{TEXTS.holds.period(calendar.iso(hold.due), calendar.iso(hold.end), hold.delay, hold.isOpen)}</h3>
    <p>{[hold.reason ?? TEXTS.holds.noReason, TEXTS.holds.counts(hold.length, hold.counts), hold.recovered ? TEXTS.holds.recovered(calendar.iso(hold.recovered)) : ''].filter(Boolean).join(' · ')}</p>
    {hold.isOpen ? <Clock hold={hold} clock={clock} /> : null}
    <details open={hold.isOpen}><summary>{TEXTS.holds.atEnd(hold.isOpen)}</summary><Checklist lines={hold.checklist} calendar={calendar} /></details>
  </article>
)

interface HoldsProps { readonly course: Course; readonly clock: readonly ClockMark[]; readonly calendar: Calendar; readonly fired: readonly Explanation[] }

/** What holds the next dose and what releases it, and doses that waited before. */
export const HoldsPanel = ({ course, clock, calendar, fired }: HoldsProps) => {
  const releases = fired.filter(({ release, rule }) => release !== undefined && rule.card === 'giveOrHold')
  return (
    <section id="holds" class="panel" aria-labelledby="holds-heading">
      <h2 id="holds-heading">{TEXTS.holds.heading}</h2>
      {releases.length > 0 ? <ul class="releases">{releases.map(({ rule, release, summary }) => <li key={rule.id}><b>{summary}</b><br />{TEXTS.holds.giveWhen} {release}</li>)}</ul> : <p class="muted">{TEXTS.holds.noneFired}</p>}
      <h3>{TEXTS.holds.checklist}</h3>
      <Checklist lines={course.checklist} calendar={calendar} />
      {course.holds.length === 0 ? <p class="muted">{TEXTS.holds.none}</p> : course.holds.toReversed().map((hold) => <Period key={hold.due.day} hold={hold} clock={clock} calendar={calendar} />)}
    </section>
  )
}
