import { derivationsByFact } from '../derive/index.ts'
import type { Calendar, Moment } from '../language/calendar.ts'
import { ENGLISH, type Phrases } from '../language/phrases.ts'
import { orderAssertions, questionnaireAssertions } from './assertions.ts'
import { type DrugOrder, drugOrderOf } from './drug-order.ts'
import type { Mapping } from './mapping.ts'
import { type Entry, indexRecord, type PatientRecord } from './record-index.ts'
import { isResource, type Loose, referenceOf, textOf } from './resources.ts'
import type { Chart } from './scope.ts'
import type { SiteLimit } from './series.ts'
import type { Settings } from './settings.ts'

export interface ChartInput {
  readonly record: PatientRecord
  /** Unsigned orders of this call. */
  readonly drafts: readonly Loose[]
  readonly mapping: Mapping
  readonly settings: Settings
  readonly profile: string
  readonly calendar: Calendar
  readonly now: Moment
  readonly sources: Chart['sources']
  readonly siteLimit: SiteLimit
  /** The language of texts; English unless told. */
  readonly phrases?: Phrases
}

const DRUG_ORDERS: readonly string[] = ['MedicationRequest', 'MedicationStatement', 'MedicationAdministration']
/** Vaccines are drafted as Immunization, or requested as a service by their code. */
const DRAFT_ORDERS: readonly string[] = [...DRUG_ORDERS, 'Immunization', 'ServiceRequest']
const KEPT_APART: readonly string[] = [...DRUG_ORDERS, 'Immunization']

/** A requested service counts as a drug by its code alone: "voriconazole level" names a drug and is none. */
const namesDrug = ({ resource, byText }: Entry): boolean => resource.resourceType !== 'ServiceRequest' || !byText

function ordersOf(entries: readonly Entry[], calendar: Calendar, asDraft: boolean): DrugOrder[] {
  return entries.filter(namesDrug).flatMap((entry) => drugOrderOf(entry, calendar, { asDraft }) ?? [])
}

/**
 * Opens the record of one call. Drafts of tests and plans are indexed with the record, so that what is being ordered counts as ordered;
 * drafts of drugs and vaccines are kept apart, and a recorded order with the id of a draft is the same order signed before.
 */
export function openChart({ record, drafts, ...input }: ChartInput): Chart {
  const { mapping, calendar, now } = input
  const draftReferences = new Set(drafts.filter(({ id }) => textOf(id) !== undefined).map(referenceOf))
  const recorded = record.resources.filter(isResource).filter((resource) => !draftReferences.has(referenceOf(resource)))
  const isApart = ({ resourceType }: Loose): boolean => KEPT_APART.includes(resourceType)
  const index = indexRecord({ resources: [...recorded, ...drafts.filter((draft) => !isApart(draft))], sources: record.sources }, mapping.matcher)
  const draftIndex = indexRecord({ resources: [...drafts, ...index.medications.values()], sources: record.sources }, mapping.matcher)
  const entries = (from: typeof index, types: readonly string[]): readonly Entry[] => types.flatMap((type) => from.byType.get(type) ?? [])
  const responses = (index.byType.get('QuestionnaireResponse') ?? []).map(({ resource }) => resource)
  const stated = [...drafts.flatMap((draft) => orderAssertions(draft, calendar, now)), ...questionnaireAssertions(responses, calendar).toSorted((a, b) => b.at.at - a.at.at)]
  return {
    phrases: ENGLISH, ...input, index, drafts: ordersOf(entries(draftIndex, DRAFT_ORDERS), calendar, true), recorded: ordersOf(entries(index, DRUG_ORDERS), calendar, false),
    assertions: stated, derivations: derivationsByFact, series: new Map(),
  }
}
