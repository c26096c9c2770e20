import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { readYaml } from '../yaml.ts'
import { Background, type Chart, ChartFile } from './chart-schema.ts'

type Panel = Background['results'][number]

const shiftedOrder = (on: number | 'order', days: number): number | 'order' => (on === 'order' ? on : on + days)

const shiftedMedication = (medication: Background['medications'][number], days: number): Background['medications'][number] =>
  ('on' in medication
    ? { ...medication, on: shiftedOrder(medication.on, days) }
    : { ...medication, from: medication.from + days, ...(medication.to === undefined ? {} : { to: medication.to + days }) })

function shiftedTransplant(plan: NonNullable<Background['plans']['transplant']>, days: number): NonNullable<Background['plans']['transplant']> {
  const { conditioning } = plan
  return { day: plan.day + days, decided: plan.decided + days, ...(conditioning ? { conditioning: { ...conditioning, from: conditioning.from + days } } : {}) }
}

const shiftedPlans = ({ transplant, noTransplant, earlierLines }: Background['plans'], days: number): Background['plans'] => ({
  ...(transplant ? { transplant: shiftedTransplant(transplant, days) } : {}),
  ...(noTransplant ? { noTransplant: { ...noTransplant, decided: noTransplant.decided + days } } : {}),
  earlierLines: earlierLines.map((line) => ({ ...line, from: line.from + days, to: line.to + days })),
})

const shifted = (background: Background, days: number): Background => ({
  results: background.results.map((panel) => ({ ...panel, day: panel.day + days })),
  conditions: background.conditions.map((condition) => ({ ...condition, since: condition.since + days })),
  medications: background.medications.map((medication) => shiftedMedication(medication, days)),
  administrations: background.administrations.map((given) => ({ ...given, day: given.day + days })),
  plans: shiftedPlans(background.plans, days),
  allergies: background.allergies,
  immunizations: background.immunizations.map((given) => ({ ...given, day: given.day + days })),
})

/** One panel a day: of two results of one analyte on one day, the patient's own replaces the background's. */
function mergedResults(background: readonly Panel[], own: readonly Panel[]): Panel[] {
  const panels = new Map<number, Panel>()
  for (const panel of [...background, ...own]) panels.set(panel.day, { ...panels.get(panel.day), ...panel })
  return [...panels.values()].sort((a, b) => a.day - b.day)
}

function merged(file: ChartFile, backgrounds: ReadonlyMap<string, Background>): Omit<Chart, 'id'> {
  const { background: chosen, ...own } = file
  if (!chosen) return { ...own, results: mergedResults([], own.results) }
  const background = backgrounds.get(chosen.chart)
  if (!background) throw new TypeError(`a demo chart names an unknown background: ${chosen.chart}`)
  const { results, conditions, medications, administrations, plans, allergies, immunizations } = shifted(background, chosen.firstDose)
  return {
    ...own,
    results: mergedResults(results, own.results),
    conditions: [...conditions, ...own.conditions],
    medications: [...medications.filter(({ drug }) => !chosen.without.includes(drug)), ...own.medications],
    administrations: [...administrations, ...own.administrations],
    plans: { ...plans, ...own.plans, earlierLines: [...plans.earlierLines, ...own.plans.earlierLines] },
    allergies: [...allergies, ...own.allergies],
    immunizations: [...immunizations, ...own.immunizations],
  }
}

const yamlFiles = (folder: string): readonly string[] => readdirSync(folder).filter((name) => name.endsWith('.yaml')).sort().map((name) => join(folder, name))
const idOf = (path: string): string => basename(path, '.yaml')

/** The demo patients in the order of the list. Throws on a file that is not a chart. */
export function readCharts(folder = import.meta.dirname): readonly Chart[] {
  const backgrounds = new Map(yamlFiles(join(folder, 'backgrounds')).map((path) => [idOf(path), readYaml(path, Background)]))
  const charts = yamlFiles(folder).map((path) => ({ id: idOf(path), ...merged(readYaml(path, ChartFile), backgrounds) }))
  return charts.sort((a, b) => a.place - b.place)
}
