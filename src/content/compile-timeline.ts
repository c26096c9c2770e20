import type { FactType, Mapping } from '../facts/mapping.ts'
import { didYouMean } from './problem.ts'
import type { ContentReader, ReadFile } from './reader.ts'
import type { SettingsFile } from './schema/deck.ts'
import type { TimelineFile } from './schema/timeline.ts'

type At = readonly [path: readonly PropertyKey[], name: string, type?: FactType]

const each = (path: readonly PropertyKey[], names: readonly string[]): At[] => names.map((name, i) => [[...path, i], name])

function factsIn({ order, holds, panels, vod, charts }: TimelineFile): At[] {
  const of = (member: string, part: object): At[] => Object.entries(part).flatMap(([key, value]): At[] => (Array.isArray(value) ? each([member, key], value) : []))
  const records: readonly At[] = [
    [['order', 'orders'], order.orders, 'records'], [['order', 'days'], order.days, 'records'], [['order', 'windows'], order.windows, 'records'], [['order', 'guards'], order.guards, 'records'], [['order', 'date'], order.date, 'moment'], [['order', 'dose'], order.dose, 'number'],
    [['holds', 'periods'], holds.periods, 'records'], [['holds', 'checklist'], holds.checklist, 'records'],
    [['vod', 'signs'], vod.signs, 'records'], [['vod', 'grades'], vod.grades, 'records'], [['vod', 'risks'], vod.risks, 'records'], [['vod', 'columns'], vod.columns, 'list'],
    [['vod', 'grade'], vod.grade, 'text'], [['vod', 'reason'], vod.reason, 'text'],
  ]
  const overs = charts.flatMap(({ limits }, i) => limits.flatMap(({ over }, j): At[] => (over === undefined ? [] : [[['charts', i, 'limits', j, 'over'], over, 'number']])))
  return [...records, ...of('panels', panels), ...of('vod', vod), ...overs]
}

const settingsIn = ({ charts, clock, vod }: TimelineFile): At[] => [
  ...charts.flatMap(({ limits }, i) => limits.map(({ setting }, j): At => [['charts', i, 'limits', j, 'setting'], setting])),
  ...clock.map(({ setting }, i): At => [['clock', i, 'setting'], setting]), [['vod', 'caution'], vod.caution],
]

const measurementsIn = ({ charts, whatIf }: TimelineFile): At[] =>
  [...charts.map(({ measurement }, i): At => [['charts', i, 'measurement'], measurement]), ...each(['whatIf', 'results'], whatIf.results)]

/** Everything that cards/timeline.yaml names must be declared, facts of the type that the page draws. */
export function checkTimeline({ yaml, value }: ReadFile<TimelineFile>, { declarations, measurements, assertions }: Mapping, settings: SettingsFile, reader: ContentReader): void {
  const need = (names: readonly At[], known: ReadonlySet<string>, what: string): void => {
    for (const [path, name] of names) if (!known.has(name)) reader.refuse(yaml, path, `unknown ${what} ${name}`, didYouMean(name, known))
  }
  const facts = factsIn(value)
  need(facts, new Set(declarations.keys()), 'fact')
  for (const [path, name, type] of facts) {
    const declared = declarations.get(name)?.type
    if (type !== undefined && declared !== undefined && declared !== type) reader.refuse(yaml, path, `fact ${name} is of type ${declared}, not ${type}`)
  }
  need(settingsIn(value), new Set(Object.keys(settings)), 'setting')
  need(measurementsIn(value), new Set(measurements.keys()), 'measurement')
  need([...each(['whatIf', 'answers'], value.whatIf.answers), ...each(['questions'], value.questions)], new Set(Object.keys(assertions)), 'assertion')
}
