import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundleOf } from '../../src/sandbox/patients/chart.ts'
import { readCharts } from '../../src/sandbox/patients/chart-files.ts'
import { storyOf } from '../../src/sandbox/stories.ts'
import { ROOT } from '../content/loaded.ts'
import { suggestedDrafts } from '../sandbox/ordering.ts'
import { resourcesOf } from '../sandbox/running.ts'
import { ask, contentOf, DEFAULT_SITE, type Site } from './ask.ts'
import { type Call, callOf } from './chart.ts'
import type { Vector } from './format.ts'
import { type Hospital, HOSPITALS } from './hospital.ts'
import { vectors } from './read.ts'
import { layerOf } from './vector.ts'

export const BURDEN_FILE = join(ROOT, 'docs', 'alert-burden.md')

const HOOKS = ['order-select', 'order-sign', 'patient-view'] as const
type Hook = (typeof HOOKS)[number]
const INDICATORS = ['critical', 'warning', 'info'] as const
type Indicator = (typeof INDICATORS)[number]

/** The cards that one call got, by their indicators. */
export interface Burden {
  readonly id: string
  readonly title: string
  readonly hook: Hook
  readonly budget: number
  readonly indicators: readonly Indicator[]
}

interface Asked extends Pick<Burden, 'id' | 'title' | 'hook'> { readonly call: Call; readonly site: Site }

async function burdenOf({ id, title, hook, call, site }: Asked): Promise<Burden> {
  const { response } = await ask(call, site)
  return { id, title, hook, budget: contentOf(site).deck.budget[hook], indicators: response.cards.map(({ indicator }) => indicator) }
}

async function burdensOf(all: readonly Asked[]): Promise<readonly Burden[]> {
  const burdens: Burden[] = []
  for (const asked of all) burdens.push(await burdenOf(asked))
  return burdens
}

const hooksOf = ({ hook }: Vector): readonly Hook[] => (hook === 'patient-view' ? [hook] : ['order-select', 'order-sign'])

/** Every vector at its hooks, as one hospital writes it. */
export const vectorBurdens = (hospital: Hospital): Promise<readonly Burden[]> => burdensOf(vectors.flatMap((vector) => hooksOf(vector).map((hook) => {
  const { id, title, profile, settings } = vector
  return { id, title, hook, call: callOf(layerOf(vector), hook, hospital), site: { profile, settings } }
})))

const TIME_ZONE = 'UTC'
/** Any ordinary day: the charts are dated relative to it. */
const NOW = new Date('2026-11-21T09:00:00Z')

type DemoChart = ReturnType<typeof readCharts>[number]

function demoCall(chart: DemoChart, hook: Hook): Call {
  const resources = resourcesOf(bundleOf(chart, { now: NOW, timeZone: TIME_ZONE }))
  const bundle = (type: string, entries: readonly object[]): object => ({ resourceType: 'Bundle', type, entry: entries.map((resource) => ({ resource })) })
  const who = { userId: 'Practitioner/sandbox', patientId: chart.id }
  const drafts = suggestedDrafts(storyOf(chart), who, NOW)
  const context = {
    ...who, ...(hook === 'patient-view' ? {} : { draftOrders: bundle('collection', drafts) }), ...(hook === 'order-select' ? { selections: drafts.map(({ id }) => `MedicationRequest/${id}`) } : {}),
  }
  const prefetch = { patient: resources.find(({ resourceType }) => resourceType === 'Patient'), record: bundle('searchset', resources) }
  return { body: { hook, hookInstance: '0707b64a-3431-4c78-888d-a07592a6f40b', context, prefetch }, now: NOW.getTime(), timeZone: TIME_ZONE }
}

/** Every demo patient of the sandbox: the suggested order, and the chart opened without one. */
export const demoBurdens = (): Promise<readonly Burden[]> =>
  burdensOf(readCharts().flatMap((chart) => HOOKS.map((hook) => ({ id: chart.id, title: chart.shows, hook, call: demoCall(chart, hook), site: DEFAULT_SITE }))))

const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`
const table = (head: readonly string[], rows: readonly string[]): string => [row(head), `|${'---|'.repeat(head.length)}`, ...rows].join('\n')

const CARDS = [0, 1, 2, 3, 4]

function hookRow(hook: Hook, all: readonly Burden[]): string {
  const calls = all.filter((one) => one.hook === hook)
  const shown = calls.flatMap(({ indicators }) => indicators)
  const withCards = CARDS.map((cards) => calls.filter(({ indicators }) => indicators.length === cards).length)
  return row([hook, Math.max(0, ...calls.map(({ budget }) => budget)), calls.length, ...withCards, ...INDICATORS.map((indicator) => shown.filter((one) => one === indicator).length)])
}

const hookTable = (all: readonly Burden[]): string =>
  table(['Hook', 'Budget', 'Calls', ...CARDS.map((cards) => (cards === 1 ? '1 card' : `${String(cards)} cards`)), ...INDICATORS], HOOKS.filter((hook) => all.some((one) => one.hook === hook)).map((hook) => hookRow(hook, all)))

/** "2: 1 critical, 1 info" */
function cell(burden: Burden | undefined): string {
  if (!burden) return ''
  const { indicators } = burden
  const counts = INDICATORS.map((indicator) => ({ indicator, count: indicators.filter((one) => one === indicator).length })).filter(({ count }) => count > 0)
  return counts.length === 0 ? '0' : `${String(indicators.length)}: ${counts.map(({ indicator, count }) => `${String(count)} ${indicator}`).join(', ')}`
}

function patientTable(all: readonly Burden[]): string {
  const patients = [...new Map(all.map((one) => [one.id, one.title]))]
  const cells = (id: string): string[] => HOOKS.map((hook) => cell(all.find((one) => one.id === id && one.hook === hook)))
  return table(['Id', 'Patient', ...HOOKS], patients.map(([id, title]) => row([id, title.replaceAll('|', '\\|'), ...cells(id)])))
}

/** docs/alert-burden.md: how many cards clinicians see. Holds no dates and no moment of its making. */
export const burdenPage = (ofVectors: readonly Burden[], ofDemos: readonly Burden[]): string => `<!-- Generated by \`npm run burden\`; do not edit. -->
# Alert burden

How many cards the service shows, counted over the test patients and the demo patients. The test patients are chosen so that rules fire
and stop firing at their limits: they show how findings become few cards, not how often a clinic will see one.

## Test patients

${hookTable(ofVectors)}

## Demo patients

${hookTable(ofDemos)}

## Each test patient

Cards by hook; an empty cell means that the hook is not called for this patient.

${patientTable(ofVectors)}

## Each demo patient

${patientTable(ofDemos)}
`

// Every hospital's patients get the same cards, as the test of this page checks: one is enough.
const [hospital] = HOSPITALS
if (import.meta.main && hospital) writeFileSync(BURDEN_FILE, burdenPage(await vectorBurdens(hospital), await demoBurdens()))
