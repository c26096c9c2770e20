import type { DoseDay } from '../../../derive/dose-days.ts'
import type { Hold } from '../../../derive/holds.ts'
import type { Calendar } from '../../../language/calendar.ts'
import type { ClockMark, Course } from '../moments.ts'
import { TEXTS } from '../texts.ts'

const DAY_PX = 13
const LANE = { axis: 14, label: 36, amount: 49, dose: 66, guard: 79, window: 98, hold: 140 } as const
const HOLD_STEP = 46
const WEEK = 7

interface DrawingProps { readonly course: Course; readonly clock: readonly ClockMark[]; readonly calendar: Calendar; readonly width: number }
interface Scale { readonly x: (day: number) => number; readonly perDay: number; readonly width: number; readonly height: number }

export function scaleOf({ course, width }: Pick<DrawingProps, 'course' | 'width'>): Scale {
  const days = course.to - course.from + 1
  const perDay = Math.max(DAY_PX, width / days)
  return { perDay, width: days * perDay, height: course.holds.length === 0 ? LANE.hold - 22 : LANE.hold + course.holds.length * HOLD_STEP - 12, x: (day) => (day - course.from + 0.5) * perDay }
}

/** Shapes tell the kinds apart; colours only underline it. */
const Mark = ({ kind }: Pick<DoseDay, 'kind'>) => {
  switch (kind) {
    case 'omitted': return <g class="mark mark-omitted"><circle r="7" /><path d="M-4 -4 4 4M4 -4-4 4" /></g>
    case 'judged': return <path class="mark mark-judged" d="M0-9 9 0 0 9-9 0z" />
    case 'ordered': return <path class="mark mark-ordered" d="M0-8 8 0 0 8-8 0z" />
    case 'presumed': case 'elsewhere': return <circle class="mark mark-presumed" r="7" />
    case 'given': return <circle class="mark mark-given" r="7" />
  }
}

const Dose = ({ day, x }: { readonly day: DoseDay; readonly x: number }) => (
  <g>
    <text class="dose-label" x={x} y={LANE.label}>{day.label ?? TEXTS.course.omittedShort}</text>
    <text class="dose-amount" x={x} y={LANE.amount}>{day.milligrams === undefined ? '' : `${day.milligrams} mg`}</text>
    <g transform={`translate(${x} ${LANE.dose})`}><Mark kind={day.kind} /></g>
  </g>
)

const Axis = ({ course, calendar, scale }: { readonly course: Course; readonly calendar: Calendar; readonly scale: Scale }) => {
  const weeks = Array.from({ length: Math.ceil((course.to - course.from) / WEEK) }, (_, i) => calendar.addDays(course.now, (i - Math.floor((course.now.day - course.from) / WEEK)) * WEEK)).filter(({ day }) => day > course.from && day < course.to)
  return (
    <g class="axis">
      {weeks.map((at) => <g key={at.day}><path class="week" d={`M${scale.x(at.day)} 20V${scale.height}`} /><text x={scale.x(at.day)} y={LANE.axis}>{calendar.short(at)}</text></g>)}
      <path class="today" d={`M${scale.x(course.now.day)} 18V${scale.height}`} />
    </g>
  )
}

const HoldBar = ({ hold, row, clock, scale }: { readonly hold: Hold; readonly row: number; readonly clock: readonly ClockMark[]; readonly scale: Scale }) => {
  const y = LANE.hold + row * HOLD_STEP
  const [from, to] = [scale.x(hold.due.day), scale.x(hold.end.day)]
  // Of a hold that has ended only what it passed is of interest.
  const marks = clock.filter(({ days }) => hold.isOpen || days <= hold.delay)
  return (
    <g class={hold.isOpen ? 'hold hold-open' : 'hold'}>
      <path class="hold-clock" d={`M${from} ${y}H${Math.max(to, ...marks.map(({ days }) => from + days * scale.perDay))}`} />
      <path class="hold-bar" d={`M${from} ${y}H${to}`} />
      {hold.recovered ? <path class="hold-recovered" d={`M${scale.x(hold.recovered.day)} ${y - 7}l4 7-4 7-4-7z`} /> : null}
      {marks.map(({ days, side }) => {
        const x = from + days * scale.perDay
        return <g key={days} class={`clock-${side}`}><path d={`M${x} ${y - 6}v12`} /><text x={x} y={side === 'last' ? y - 9 : y + 17}>{days}</text></g>
      })}
    </g>
  )
}

/** The course on an axis of days: doses, the days after each on which no other may follow, windows of those to come, and holds with their clock. */
export const CourseDrawing = ({ course, clock, calendar, width }: DrawingProps) => {
  const scale = scaleOf({ course, width })
  return (
    <svg class="course" width={scale.width} height={scale.height} aria-hidden="true">
      <defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0V5" class="hatch" /></pattern></defs>
      <Axis course={course} calendar={calendar} scale={scale} />
      {course.guards.map(({ from, until }) => <rect key={from.day} class="guard" fill="url(#hatch)" x={scale.x(from.day)} y={LANE.guard} width={Math.max(0, (until.day - from.day) * scale.perDay)} height="7" />)}
      {course.windows.map(({ label, from, to, due }) => (
        <g key={due.day} class="window">
          <path d={`M${scale.x(from.day)} ${LANE.window - 5}v5H${scale.x(to.day)}v-5M${scale.x(due.day)} ${LANE.window}v-6`} />
          <text x={scale.x(due.day)} y={LANE.window + 13}>{label}</text>
        </g>
      ))}
      {course.holds.map((hold, row) => <HoldBar key={hold.due.day} hold={hold} row={row} clock={clock} scale={scale} />)}
      {course.days.map((day) => <Dose key={`${day.kind}${day.at.at}`} day={day} x={scale.x(day.at.day)} />)}
    </svg>
  )
}
