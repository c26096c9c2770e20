import type { Fact } from '../../facts/fact.ts'
import type { Scope } from '../../facts/scope.ts'
import type { DoseDay, DoseWindow, Guard } from '../../derive/dose-days.ts'
import type { Hold, ReleaseLine } from '../../derive/holds.ts'
import { numberSetting } from '../../facts/settings.ts'
import type { Moment } from '../../language/calendar.ts'
import type { Engine } from './engine.ts'
import type { View } from './view.ts'

/** The rows of a fact of type records; the content check vouches for the type, the derivation for the shape. */
export function rowsIn<T>(scope: Scope, name: string): readonly T[] {
  const fact = scope.fact(name)
  return fact.state === 'present' ? fact.value as readonly T[] : [] // sound: see above
}

export const textIn = (fact: Fact): string | undefined => (fact.state === 'present' ? fact.text : undefined)

/** The day on the clock of an interruption on which something changes. */
export interface ClockMark {
  /** Days after the due date. */
  readonly days: number
  /** The last day before the change, or the first after it. */
  readonly side: 'last' | 'first'
  /** The setting's own words. */
  readonly title: string
}

/** The marks of the interruption clock, each limit with the day before it (or the day after, where it counts beyond). */
export function clockOf({ content }: Engine): readonly ClockMark[] {
  return content.timeline.clock.flatMap(({ setting, counts }): ClockMark[] => {
    const days = numberSetting(content.settings, setting)
    const title = content.declaredSettings[setting]?.title ?? setting
    const first = counts === 'from' ? days : days + 1
    return [{ days: first - 1, side: 'last', title }, { days: first, side: 'first', title }]
  })
}

/** Everything on the axis of days. */
export interface Course {
  readonly days: readonly DoseDay[]
  readonly windows: readonly DoseWindow[]
  readonly guards: readonly Guard[]
  readonly holds: readonly Hold[]
  readonly checklist: readonly ReleaseLine[]
  readonly now: Moment
  /** First and last day to draw. */
  readonly from: number
  readonly to: number
}

const MARGIN_DAYS = 3

export function courseOf({ content }: Engine, { scope, chart }: View): Course {
  const { order, holds: names } = content.timeline
  const days = rowsIn<DoseDay>(scope, order.days)
  const windows = rowsIn<DoseWindow>(scope, order.windows)
  const holds = rowsIn<Hold>(scope, names.periods).map((hold) => (hold.reason === undefined ? hold : { ...hold, reason: content.phrases.of(hold.reason) }))
  const drawn = [chart.now.day, ...days.map(({ at }) => at.day), ...windows.map(({ to }) => to.day), ...holds.flatMap(({ due, end }) => [due.day, end.day])]
  return {
    days, windows, holds, guards: rowsIn<Guard>(scope, order.guards), checklist: rowsIn<ReleaseLine>(scope, names.checklist), now: chart.now,
    from: Math.min(...drawn) - MARGIN_DAYS, to: Math.max(...drawn) + MARGIN_DAYS,
  }
}
