import { useRef } from 'preact/hooks'
import type { DoseDay } from '../../../derive/dose-days.ts'
import type { Calendar } from '../../../language/calendar.ts'
import type { ClockMark, Course } from '../moments.ts'
import { TEXTS } from '../texts.ts'
import { useWidth } from '../use-width.ts'
import { CourseDrawing } from './CourseDrawing.tsx'

interface Row { readonly at: number; readonly date: string; readonly what: string; readonly note: string }

const noteOf = ({ milligrams, reason }: DoseDay): string => [milligrams === undefined ? '' : `${milligrams} mg`, reason ?? ''].filter(Boolean).join(', ')

/** The same course in words, in the order of days. */
function rowsOf({ days, windows, guards, holds, now }: Course, calendar: Calendar): readonly Row[] {
  const rows: Row[] = [
    ...days.map((day) => ({ at: day.at.day, date: calendar.iso(day.at), what: `${day.label ?? ''} ${TEXTS.course.kinds[day.kind]}`.trim(), note: noteOf(day) })),
    ...windows.map(({ due, label, from, to }) => ({ at: due.day, date: calendar.iso(due), what: `${label} ${TEXTS.course.due}`, note: TEXTS.course.between(calendar.iso(from), calendar.iso(to)) })),
    ...guards.slice(-1).map(({ until }) => ({ at: until.day, date: calendar.iso(until), what: TEXTS.course.earliest, note: '' })),
    ...holds.map(({ due, end, delay, isOpen, reason }) => ({ at: due.day, date: calendar.iso(due), what: TEXTS.course.waited(delay, isOpen), note: [TEXTS.course.until(calendar.iso(end)), reason ?? ''].filter(Boolean).join(', ') })),
    { at: now.day, date: calendar.iso(now), what: TEXTS.course.today, note: '' },
  ]
  return rows.toSorted((a, b) => a.at - b.at)
}

const Legend = ({ course }: { readonly course: Course }) => {
  const kinds = [...new Set(course.days.map(({ kind }) => kind))]
  return (
    <ul class="legend">
      {kinds.map((kind) => <li key={kind}><i class={`key key-${kind}`} aria-hidden="true" />{TEXTS.course.kinds[kind]}</li>)}
      {course.guards.length > 0 ? <li><i class="key key-guard" aria-hidden="true" />{TEXTS.course.guard}</li> : null}
      {course.windows.length > 0 ? <li><i class="key key-window" aria-hidden="true" />{TEXTS.course.window}</li> : null}
      {course.holds.length > 0 ? <li><i class="key key-hold" aria-hidden="true" />{TEXTS.course.hold}</li> : null}
      <li><i class="key key-today" aria-hidden="true" />{TEXTS.course.today}</li>
    </ul>
  )
}

interface PanelProps { readonly course: Course; readonly clock: readonly ClockMark[]; readonly calendar: Calendar }

/** Doses and holds on an axis of days, with the same as a table. */
export const CoursePanel = ({ course, clock, calendar }: PanelProps) => {
  const frame = useRef<HTMLDivElement>(null)
  const width = useWidth(frame)
  return (
    <section id="course" class="panel" aria-labelledby="course-heading">
      <h2 id="course-heading">{TEXTS.course.heading}</h2>
      <div ref={frame} class="scroll drawing" tabIndex={0} role="region" aria-label={TEXTS.course.region}>
        {width > 0 ? <CourseDrawing course={course} clock={clock} calendar={calendar} width={width} /> : null}
      </div>
      <Legend course={course} />
      <details>
        <summary>{TEXTS.table}</summary>
        <table class="values">
          <thead><tr><th scope="col">{TEXTS.rules.date}</th><th scope="col">{TEXTS.course.what}</th><th scope="col">{TEXTS.course.note}</th></tr></thead>
          <tbody>{rowsOf(course, calendar).map((row, i) => <tr key={i}><td>{row.date}</td><th scope="row">{row.what}</th><td>{row.note}</td></tr>)}</tbody>
        </table>
      </details>
    </section>
  )
}
