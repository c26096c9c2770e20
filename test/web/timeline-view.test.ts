import { describe, expect, test } from 'vitest'
import type { Bundle, Resource } from 'fhir/r4.js'
import { DEFAULT_SITE, hashOf } from '../../src/content/compile.ts'
import { readContentFiles } from '../../src/content/files.ts'
import { contentTexts } from '../../src/content/texts.ts'
import { bundleOf } from '../../src/sandbox/patients/chart.ts'
import { readCharts } from '../../src/sandbox/patients/chart-files.ts'
import { openEngine } from '../../src/web/timeline/engine.ts'
import { type Hypothesis, NOTHING } from '../../src/web/timeline/hypothesis.ts'
import { clockOf } from '../../src/web/timeline/moments.ts'
import { chartsOf } from '../../src/web/timeline/results.ts'
import { changesBetween, hasCourse, type Subject, type View, viewOf } from '../../src/web/timeline/view.ts'
import { ROOT } from '../content/loaded.ts'

const NOW = new Date('2026-11-21T12:00:00Z')
const files = readContentFiles(ROOT)
const engineFor = (settings: Readonly<Record<string, unknown>> = {}) => {
  const site = { ...DEFAULT_SITE, settings }
  return openEngine(contentTexts(files, { hash: hashOf(files, site), site, timezone: 'UTC', site_uln: {} }))
}
const engine = engineFor()
const charts = readCharts()

const resourcesOf = ({ entry }: Bundle): readonly Resource[] => (entry ?? []).flatMap(({ resource }) => resource ?? [])
function subjectOf(id: string, more: readonly Resource[] = []): Subject {
  const chart = charts.find((one) => one.id === id)
  if (!chart) throw new TypeError(`no demo patient ${id}`)
  const resources = [...resourcesOf(bundleOf(chart, { now: NOW, timeZone: 'UTC' })), ...more]
  return { engine, record: { resources, sources: new Map(), fetched: [], irregularities: { discarded: 0, wrapped: 0, unreadable: 0 } }, patientId: id, now: NOW.getTime(), answers: {} }
}

const outcomeOf = (view: View, rule: string): string | undefined => view.dose.find((one) => one.rule.id === rule)?.outcome
const dayOf = (view: View): string => view.chart.calendar.iso(view.planned)
const suppose = (change: Partial<Hypothesis>): Hypothesis => ({ ...NOTHING, ...change })

describe('the dose that is judged', () => {
  test('is the next one, at the expected dose, and said to be assumed where nobody has ordered it', () => {
    const view = viewOf(subjectOf('liver-hold'))
    const amount = view.scope.fact('orderedMg')
    expect([view.isOrdered, dayOf(view), amount.state === 'present' && amount.value]).toEqual([false, '2026-11-21', 1])
    expect(outcomeOf(view, 'hold-hepatic-labs')).toBe('fired')
  })

  test('is the order on record where there is one', () => {
    const ordered = {
      resourceType: 'MedicationRequest', id: 'next', status: 'active', intent: 'order', subject: { reference: 'Patient/liver-hold' }, medicationCodeableConcept: { text: 'inotuzumab ozogamicin' },
      dosageInstruction: [{ timing: { event: ['2026-11-23T09:00:00Z'] }, doseAndRate: [{ doseQuantity: { value: 2.4, unit: 'mg' } }] }],
    } as Resource // sound: a MedicationRequest
    const view = viewOf(subjectOf('liver-hold', [ordered]))
    expect([view.isOrdered, dayOf(view), outcomeOf(view, 'dosing-overdose')]).toEqual([true, '2026-11-23', 'fired'])
    const moved = viewOf(subjectOf('liver-hold', [ordered]), suppose({ date: '2026-11-24', dose: 1 }))
    expect([moved.isOrdered, dayOf(moved), outcomeOf(moved, 'dosing-overdose')]).toEqual([true, '2026-11-24', 'silent'])
  })

  test('is the order that the card spoke of, where the record holds it, whatever else is ordered', () => {
    const order = (id: string, day: string, mg: number) => ({
      resourceType: 'MedicationRequest', id, status: 'draft', intent: 'order', subject: { reference: 'Patient/liver-hold' }, medicationCodeableConcept: { text: 'inotuzumab ozogamicin' },
      dosageInstruction: [{ timing: { event: [`${day}T09:00:00Z`] }, doseAndRate: [{ doseQuantity: { value: mg, unit: 'mg' } }] }],
    }) as Resource // sound: a MedicationRequest
    const both = [order('soon', '2026-11-22', 1), order('later', '2026-11-29', 2.4)]
    const subject = { ...subjectOf('liver-hold', both), order: 'MedicationRequest/later' }
    expect([dayOf(viewOf(subject)), outcomeOf(viewOf(subject), 'dosing-overdose')]).toEqual(['2026-11-29', 'fired'])
    expect(dayOf(viewOf({ ...subject, order: 'MedicationRequest/gone' }))).toBe('2026-11-22')
  })

  test('a patient without any dose or order has no course', () => expect([hasCourse(subjectOf('ready')), hasCourse(subjectOf('liver-hold'))]).toEqual([false, true]))
})

describe('what is supposed', () => {
  test('results count as the newest, in the unit of the record, and the record itself stays as it is', () => {
    const subject = subjectOf('liver-hold')
    const before = JSON.stringify(subject.record.resources)
    const after = viewOf(subject, suppose({ results: { bili: 0.5, alt: 20, ast: 20 } }))
    expect(outcomeOf(after, 'hold-hepatic-labs')).toBe('silent')
    expect(JSON.stringify(subject.record.resources)).toBe(before)
  })

  test('a result on the limit does not hold, one above does', () => {
    const at = (bili: number): string | undefined => outcomeOf(viewOf(subjectOf('liver-hold'), suppose({ results: { bili, alt: 20, ast: 20 } })), 'hold-hepatic-labs')
    expect([at(1.8), at(1.81)]).toEqual(['silent', 'fired'])
  })

  test('answers count as if they stood in the record', () => {
    const changes = changesBetween(viewOf(subjectOf('no-ursodiol')), viewOf(subjectOf('no-ursodiol'), suppose({ answers: { conditioningAgents: 'busulfan, thiotepa' } })))
    expect(changes.map(({ rule, after }) => [rule, after?.outcome])).toContainEqual(['ix-ino-before-dual-alkylator-planned', 'fired'])
  })

  test('nothing supposed changes nothing', () => {
    const subject = subjectOf('interruption-14d')
    expect(changesBetween(viewOf(subject), viewOf(subject))).toEqual([])
  })

  test('of several changes those that now fire stand first, the most urgent before', () => {
    const subject = subjectOf('no-ursodiol')
    const [first] = changesBetween(viewOf(subject), viewOf(subject, suppose({ dose: 3, results: { qtcf: 520 } })))
    expect([first?.before?.outcome, first?.after?.indicator]).toEqual(['silent', 'critical'])
  })
})

test('the marks of the clock are the settings of the site, each with the day before it', () => {
  expect(clockOf(engine).map(({ days, side }) => [days, side])).toEqual([[6, 'last'], [7, 'first'], [13, 'last'], [14, 'first'], [28, 'last'], [29, 'first']])
  expect(clockOf(engineFor({ interruption_reduce_d: 10 })).map(({ days }) => days)).toEqual([6, 7, 9, 10, 28, 29])
})

test('charts hold every result with its own limit of normal, and limits from settings', () => {
  const [anc, , bili, , , qtcf, weight] = chartsOf(engine, viewOf(subjectOf('vod-signs')))
  expect(bili).toMatchObject({ short: 'Bilirubin', unit: 'mg/dL', limits: [{ timesUln: 1.5 }], showsUln: true })
  expect(bili?.points.at(-1)).toMatchObject({ text: '3.4 mg/dL', uln: 1.2 })
  expect(bili?.points.map(({ at }) => at)).toEqual(bili?.points.map(({ at }) => at).toSorted((a, b) => a - b))
  expect([anc?.limits[0]?.value, qtcf?.limits.map(({ value }) => value), weight?.limits[0]?.value]).toEqual([1, [470, 500], 84])
})
