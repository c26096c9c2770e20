import { compileContent, DEFAULT_SITE, isContent } from '../../src/content/compile.ts'
import type { SiteChoice } from '../../src/content/compile-settings.ts'
import { printProblem } from '../../src/content/problem.ts'
import type { Content } from '../../src/engine/rule.ts'
import { openChart } from '../../src/facts/chart.ts'
import type { SourceState } from '../../src/facts/record-index.ts'
import { isResource, type Loose } from '../../src/facts/resources.ts'
import { type Chart, type Focus, openScope, type Scope } from '../../src/facts/scope.ts'
import type { SiteLimit } from '../../src/facts/series.ts'
import { calendarOf } from '../../src/language/calendar.ts'

/**
 * A whole content root in a page, so that a test shows everything its result rests on. JSON is YAML: files are objects here, and text
 * where a test is about the text itself.
 */
const evidence = [{ source: 'ino-cds', at: 'section 1', says: 'As we chose.' }]

export const RULE = {
  title: 'Neutrophils too low', hooks: ['order-select', 'order-sign'], on: ['drug-order'], basis: 'labs', card: 'giveOrHold', evidence,
  when: [{ because: 'neutrophils are {{neutrophils}} on {{neutrophils.date}}', check: '%neutrophils < %setting.neutrophil_limit' }],
  then: { indicator: 'critical', action: 'hold', summary: 'Hold: neutrophils {{neutrophils}}, {{neutrophils.short}}', suggestions: ['order-count', 'remove'], overrideReasons: ['newer-result'] },
  examples: [{ name: 'low', given: { neutrophils: 0.9 }, then: 'critical' }, { name: 'missing', given: {}, then: 'unknown' }],
}

const card = (title: string, rank: number, joins: readonly string[], more: object = {}): object => ({ title, hooks: ['order-select', 'order-sign', 'patient-view'], rank, joins, ...more })

const example = [{ name: 'none', given: [], then: false }, { name: 'none either', given: [], then: false }]

export const FILES: Readonly<Record<string, unknown>> = {
  'fhir-mappings/systems.yaml': {
    loinc: { uri: 'http://loinc.org', also: ['urn:oid:2.16.840.1.113883.6.1'] }, rxnorm: { uri: 'http://www.nlm.nih.gov/research/umls/rxnorm' },
    'icd-10-cm': { uri: 'http://hl7.org/fhir/sid/icd-10-cm' }, snomed: { uri: 'http://snomed.info/sct' },
  },
  'fhir-mappings/sources.yaml': Object.fromEntries(['patient', 'labs', 'conditions', 'medications', 'administrations', 'procedures', 'assessments'].map((key) =>
    [key, { title: `the ${key}`, types: ['Observation'], prefetch: 'Observation?patient={{context.patientId}}', safety: key !== 'assessments' }])),
  'fhir-mappings/units.yaml': {
    'cell-count': { families: { '10*9/L': { display: '×10⁹/L', factors: { '10*9/L': 1, 'K/uL': 1, '/uL': 0.001 } } } },
    bilirubin: { families: { 'mg/dL': { display: 'mg/dL', factors: { 'mg/dL': 1 } }, 'umol/L': { display: 'µmol/L', factors: { 'umol/L': 1 } } }, between: { molecularWeight: 584.66 } },
    dose: { families: { mg: { display: 'mg', factors: { mg: 1 } } } },
  },
  'fhir-mappings/windows.yaml': {
    doseLabs: { title: 'for this dose', hours: '%setting.lookback_h' }, holding: { title: 'may hold', days: 14, accepts: 'raising' },
    beforeStart: { title: 'before the start', anchor: 'startDate', before: true, days: 28 }, always: { title: 'ever' },
    sinceStart: { title: 'since the start', from: 'startDate' }, widening: { title: 'a day, else a week', anchor: 'startDate', before: true, hours: 24, fallbackDays: 7 },
  },
  'fhir-mappings/status.yaml': {
    present: { title: 'active', rules: [{ types: ['Condition'], element: 'clinicalStatus', accepts: ['active'] }, { types: ['Condition'], element: 'verificationStatus', refuses: ['refuted'] }] },
    resulted: { title: 'final', rules: [{ types: ['Observation'], element: 'status', accepts: ['final'], absent: 'refuses' }] },
  },
  'fhir-mappings/assertions.yaml': {
    statedCycle: { title: 'Cycle', type: 'integer' }, weightStated: { title: 'Weight', type: 'decimal', validHours: 72 }, syndrome: { title: 'Syndrome', type: 'boolean', validDays: 365 },
    plan: { title: 'Plan', type: 'code', codes: ['planned', 'not-planned'], validDays: 30 }, planDate: { title: 'Date', type: 'date', validDays: 30 }, agents: { title: 'Agents', type: 'string', validHours: 72 },
  },
  'fhir-mappings/codes/all.yaml': {
    neutrophils: { title: 'Neutrophils', codes: [{ system: 'loinc', code: '751-8', status: 'verified', evidence: ['loinc'] }], text: ['absolute neutrophil count', 'anc'] },
    bilirubin: { title: 'Bilirubin', codes: [{ system: 'loinc', code: '1975-2', status: 'verified', evidence: ['loinc'] }], text: ['bilirubin'] },
    leukaemia: { title: 'Leukaemia', codes: [{ system: 'icd-10-cm', prefix: 'C91.0', status: 'verified', evidence: ['icd'] }] },
    syndrome: { title: 'Syndrome', codes: [{ system: 'icd-10-cm', code: 'E80.4', status: 'verified', evidence: ['icd'] }], text: ['gilbert'] },
    marker: { title: 'Marker', codes: [{ system: 'loinc', code: '51124-6', status: 'verified', evidence: ['loinc'] }] },
    'result-positive': { title: 'Positive', codes: [{ system: 'snomed', code: '10828004', status: 'verified', evidence: ['snomed'] }], text: ['positive'] },
    'result-negative': { title: 'Negative', codes: [{ system: 'snomed', code: '260385009', status: 'verified', evidence: ['snomed'] }], text: ['negative'] },
    study: { title: 'The drug', codes: [{ system: 'rxnorm', code: '1942950', status: 'verified', evidence: ['rxnorm'] }], text: ['inotuzumab'] },
    azole: { title: 'Azoles', codes: [{ system: 'rxnorm', code: '121243', status: 'verified', evidence: ['rxnorm'] }], text: ['voriconazole'] },
    partner: { title: 'Partners', include: ['azole'], text: ['busulfan'] },
  },
  'fhir-mappings/facts/all.yaml': {
    neutrophilCount: {
      kind: 'measurement', title: 'Neutrophils', source: 'labs', codes: ['neutrophils'], quantity: 'cell-count', worse: 'low', plausible: { '10*9/L': [0, 100] },
      views: { neutrophils: 'doseLabs', neutrophilsLatest: 'holding', neutrophilsBefore: 'beforeStart', neutrophilsWidened: 'widening', neutrophilsSince: 'sinceStart' },
      examples: [{ name: 'a count', given: [], then: { neutrophils: { missing: 'absent' } } }],
    },
    totalBilirubin: {
      kind: 'measurement', title: 'Bilirubin', source: 'labs', codes: ['bilirubin'], quantity: 'bilirubin', worse: 'high', limits: ['uln', 'lln'], decimals: 2, views: { bili: 'doseLabs', biliLatest: 'holding' },
      examples: [{ name: 'a value', given: [], then: { bili: { missing: 'absent' } } }],
    },
    biliHigh: { kind: 'threshold', title: 'Bilirubin of 2 mg/dL or more', of: 'bili', test: '>=', limit: { 'mg/dL': 2, 'umol/L': 34 }, examples: [{ name: 'at', value: 2, unit: 'mg/dL', then: true }, { name: 'none', then: 'unknown' }] },
    biliMiddling: { kind: 'threshold', title: 'Bilirubin below the limit of the site', of: 'bili', test: '<', limit: '%setting.bili_limit', examples: [{ name: 'at', value: 2, unit: 'mg/dL', then: false }, { name: 'none', then: 'unknown' }] },
    startDate: { kind: 'path', title: 'Start', source: 'procedures', from: ['EpisodeOfCare'], value: 'period.start', type: 'date', examples: [{ name: 'none', given: [], then: { missing: 'absent' } }] },
    sex: { kind: 'path', title: 'Sex', source: 'patient', from: ['Patient'], value: 'gender', type: 'text', examples: [{ name: 'none', given: [], then: { missing: 'absent' } }] },
    hasSyndrome: { kind: 'presence', title: 'Gilbert', source: 'conditions', from: ['Condition'], codes: ['syndrome'], is: 'present', assertion: 'syndrome', examples: example },
    hasLeukaemia: { kind: 'presence', title: 'Leukaemia', source: 'conditions', from: ['Condition'], codes: ['leukaemia'], is: 'present', examples: example },
    markerAnswer: {
      kind: 'answer', title: 'Marker', source: 'labs', from: ['Observation'], codes: ['marker'], is: 'resulted', window: 'always', means: { positive: ['result-positive'], negative: ['result-negative'] }, examples: example,
    },
    markerRows: { kind: 'records', title: 'Markers', source: 'labs', from: ['Observation'], codes: ['marker'], where: "status = 'final'", fields: { status: 'status', method: 'method.text' }, examples: [{ name: 'none', given: [], then: [] }] },
    partnerNames: { kind: 'drugs', title: 'Partners', codes: ['partner'], states: ['draft', 'active', 'past', 'given'], around: { before: 7, after: '%setting.pad_d' }, give: 'names', examples: [{ name: 'none', given: [], then: [] }, { name: 'none either', given: [], then: [] }] },
    partnerActive: { kind: 'drugs', title: 'A partner is running', codes: ['partner'], states: ['active'], give: 'exists', examples: example },
    partnerDays: { kind: 'drugs', title: 'Days since a partner', codes: ['partner'], states: ['active', 'past', 'given'], give: 'lastDays', examples: example },
    studyOrders: { kind: 'drugs', title: 'Orders', codes: ['study'], states: ['draft', 'active'], give: 'orders', examples: example },
    notThere: { kind: 'missing-list', title: 'What is missing', of: ['neutrophils', 'bili', 'sex'], why: ['absent', 'stale'] },
    notSo: { kind: 'false-list', title: 'What is not so', of: { hasSyndrome: 'the syndrome', partnerActive: 'a partner' } },
  },
  'cards/settings/all.yaml': {
    neutrophil_limit: { title: 'Neutrophils', type: 'number', value: 1, source: 'label' }, lookback_h: { title: 'Look-back', type: 'number', value: 72, source: 'own', ownChoice: true },
    bili_limit: { title: 'Bilirubin', type: 'by-unit', value: { 'mg/dL': 2, 'umol/L': 34 }, source: 'label' }, pad_d: { title: 'Days', type: 'number', value: 7, unit: 'd', source: 'own' },
    mode: { title: 'Mode', type: 'text', value: 'any', oneOf: ['any', 'both'], source: 'own' }, enabled: { title: 'On', type: 'boolean', value: false, source: 'own' },
    slots: { title: 'Slots', type: 'list', value: [1, 8, 15], source: 'label' }, actionable_window_h: { title: 'Near', type: 'number', value: 72, source: 'own' },
  },
  'cards/profiles/label-us.yaml': { title: 'United States', labelRevision: '2024-03', source: 'label', settings: {} },
  'cards/profiles/label-eu.yaml': { title: 'Europe', labelRevision: 'EU-2024', source: 'label', settings: { mode: 'both' } },
  'cards/triggers.yaml': {
    'drug-order': { title: 'The drug', drugs: ['study'], per: 'dose' }, 'azole-order': { title: 'An azole', drugs: ['azole'], per: 'order', when: 'hasLeukaemia' }, patient: { title: 'The patient', per: 'patient', when: 'hasLeukaemia' },
  },
  'cards/override-reasons.yaml': {
    system: 'urn:reason',
    reasons: Object.fromEntries(['newer-result', 'data-wrong', 'reviewed', 'reason-a', 'reason-b', 'reason-c', 'reason-d', 'reason-e'].map((id) => [id, { display: `Because ${id}` }])),
  },
  'cards/sources.yaml': { 'ino-cds': { short: 'Ours', citation: 'Ours' }, US: { short: 'US label', citation: 'Label' } },
  'cards/precedence.yaml': [],
  'cards/seed-facts.yaml': {},
  'cards/timeline.yaml': {
    order: {
      create: { coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '1', display: 'a drug' }], text: 'a drug' }, date: 'nextDoseDate', orders: 'doseDays', dose: 'expectedMg',
      days: 'doseDays', windows: 'doseWindows', guards: 'doseGuards', unit: { unit: 'mg', system: 'http://unitsofmeasure.org', code: 'mg' },
    },
    charts: [{ measurement: 'neutrophilCount', short: 'ANC', limits: [{ setting: 'neutrophil_limit' }] }], clock: [{ setting: 'neutrophil_limit', counts: 'from' }],
    holds: { periods: 'holds', checklist: 'releaseChecklist' },
    panels: { course: ['doseLabel'], due: ['nextDosePlan'], transplant: ['hctPlan'], after: ['afterTreatment'] },
    vod: {
      signs: 'vodSignRows', grades: 'vodGradeRows', columns: 'vodGrades', grade: 'vodGradeLabel', reason: 'vodGradeReason', isPresent: ['vodCriteriaMet'], risks: 'vodRiskRows', facts: ['vodWatch'], caution: 'neutrophil_limit',
    },
    whatIf: { results: ['neutrophilCount'], answers: ['plan'] }, questions: ['plan'],
  },
  'cards/deck.yaml': {
    source: { label: 'Checks', url: '{{publicUrl}}/rules' }, budget: { 'order-sign': 3, 'order-select': 4, 'patient-view': 3 }, suggestionsPerCard: 4, overrideReasonsPerCard: 6, alwaysOffered: ['data-wrong', 'reviewed'],
    cards: {
      giveOrHold: card('Give or hold?', 1, []), dose: card('Dose', 2, ['giveOrHold']), missing: card('Missing', 3, ['giveOrHold', 'dose'], { summary: '{{count}} open before {{order}}: {{items}}' }),
      interaction: card('Interaction', 4, ['giveOrHold']), question: card('Question', 5, ['missing', 'dose', 'giveOrHold']), guidance: card('Guidance', 6, ['dose', 'giveOrHold'], { hooks: ['order-select', 'patient-view'] }),
    },
    texts: {
      why: 'Why:', release: 'Until:', doubt: 'To confirm:', notChecked: 'Not checked:', byName: 'By name only:', source: 'Sources:', revision: 'revision {{revision}}', more: '{{count}} more', andOthers: '(+{{count}} more)',
      evidence: 'Evidence', acknowledged: 'acknowledged by {{by}} on {{at}}', orderAll: 'Order all {{count}}', order: 'Order:', timeline: 'Timeline', reenter: 'Remove, then enter again: {{change}}', byHand: 'By hand:', step: '{{step}} ({{label}}: {{number}} of {{count}})',
    },
    rank: [],
  },
  'cards/suggestions/order-count.yaml': {
    label: 'Order a count for {{planned}}', group: 'order-set', unless: '%neutrophils.exists()', source: 'own',
    actions: [{ description: 'A count', create: { resourceType: 'ServiceRequest', status: 'draft', intent: 'order', subject: { reference: '{{context.patient}}' }, encounter: { reference: '{{context.encounter}}' }, occurrenceDateTime: '{{planned.date}}', note: [{ text: '{{sex}}' }] } }],
  },
  'cards/suggestions/remove.yaml': { label: 'Remove this order', source: 'own', actions: [{ description: 'Remove', delete: 'this-order' }] },
  'cards/holds/hold-low.yaml': RULE,
}

type Changes = Readonly<Record<string, unknown>>

/** The small content with some files changed: objects, text as it stands, or undefined to leave the file out. */
export function filesWith(changes: Changes = {}): Map<string, string> {
  const entries = Object.entries({ ...FILES, ...changes }).filter(([, file]) => file !== undefined)
  return new Map(entries.map(([path, file]) => [path, typeof file === 'string' ? file : JSON.stringify(file, undefined, 1)]))
}

/** A file of the small content with members replaced; undefined takes one out. */
export const fileWith = (path: string, members: object): object => {
  const file = FILES[path]
  if (typeof file !== 'object' || file === null) throw new TypeError(`no file ${path}`)
  return { ...file, ...members }
}

export const ruleWith = (members: object): object => ({ ...RULE, ...members })

/** Compiles, and fails with every problem. */
export function compileSmall(changes: Changes = {}, site: Partial<SiteChoice> = {}): Content {
  const content = compileContent(filesWith(changes), { ...DEFAULT_SITE, ...site })
  if (isContent(content)) return content
  throw new Error(content.map(printProblem).join('\n'))
}

/** Every problem, as it is printed. */
export function problemsWith(changes: Changes, site: Partial<SiteChoice> = {}): string[] {
  const content = compileContent(filesWith(changes), { ...DEFAULT_SITE, ...site })
  return isContent(content) ? [] : content.map(printProblem)
}

export const calendar = calendarOf('UTC')
/** Noon, so that hours before and after stay on the day. */
export const NOW = calendar.of(Date.parse('2025-03-03T12:00:00Z'))

export interface ChartOptions {
  readonly resources?: readonly object[]
  readonly drafts?: readonly object[]
  /** Sources that could not be read. */
  readonly unread?: readonly string[]
  readonly siteLimit?: SiteLimit
  readonly content?: Content
}

const small = compileSmall()

const looseOf = (value: object): Loose => {
  if (!isResource(value)) throw new TypeError('not a resource')
  return value
}

export function chartOf({ resources = [], drafts = [], unread = [], siteLimit = () => undefined, content = small }: ChartOptions = {}): Chart {
  const sources = new Map<string, SourceState>(unread.map((key) => [key, { state: 'unavailable', why: 'no answer in time' }]))
  return openChart({
    record: { resources, sources }, drafts: drafts.map(looseOf), mapping: content.mapping, settings: content.settings, profile: content.profile, calendar, now: NOW,
    sources: new Map(content.sources.map(({ key, title, safety }) => [key, { title, safety }])), siteLimit,
  })
}

export const order = (members: object = {}): object => ({
  resourceType: 'MedicationRequest', id: 'o1', status: 'draft', intent: 'order', medicationCodeableConcept: { coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '1942950' }], text: 'inotuzumab ozogamicin' }, ...members,
})

/** A dose planned on a FHIR date, of the first draft where there is one. */
export function scopeOn(chart: Chart, { planned = '2025-03-03T12:00:00Z', hook = 'order-sign', triggers = ['drug-order'] as readonly string[] } = {}): Scope {
  const at = calendar.parse(planned)
  if (!at) throw new TypeError('not a date')
  const [draft] = chart.drafts
  const focus: Focus = { hook, triggers: new Set(triggers), planned: at, plannedStated: true, ...(draft ? { order: draft } : {}) }
  return openScope(chart, focus)
}

/** The facts of a dose over a record. */
export const factsOf = (resources: readonly object[], options: Omit<ChartOptions, 'resources'> & { readonly planned?: string } = {}): Scope =>
  scopeOn(chartOf({ ...options, resources }), options.planned === undefined ? {} : { planned: options.planned })

/** A fact's value, or `missing: why`. */
export function valueIn(scope: Scope, name: string): unknown {
  const fact = scope.fact(name)
  return fact.state === 'present' ? fact.value : `missing: ${fact.why}`
}

let count = 0
const coded = (system: string, code: string): object => ({ coding: [{ system, code }] })

/** A laboratory result at a FHIR date. */
export const result = (loinc: string, value: number, unit: string | undefined, at: string, more: object = {}): object => ({
  resourceType: 'Observation', id: `r${String(++count)}`, status: 'final', code: coded('http://loinc.org', loinc), effectiveDateTime: at, valueQuantity: { value, ...(unit === undefined ? {} : { unit }) }, ...more,
})
export const neutrophils = (value: number, at: string, more: object = {}): object => result('751-8', value, '10*9/L', at, more)
export const bilirubin = (value: number, unit: string, at: string, more: object = {}): object => result('1975-2', value, unit, at, more)
export const condition = (icd10: string, more: object = {}): object => ({ resourceType: 'Condition', id: `c${String(++count)}`, code: coded('http://hl7.org/fhir/sid/icd-10-cm', icd10), ...more })
