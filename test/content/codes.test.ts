import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { type ConceptMatcher, conceptMatcher } from '../../src/facts/concepts.ts'

const ROOT = new URL('../../fhir-mappings/', import.meta.url)

const System = z.strictObject({ uri: z.string().min(1), also: z.array(z.string().min(1)).optional(), licence: z.string().optional() })
const Row = z.strictObject({
  system: z.string(),
  code: z.string().min(1).optional(),
  prefix: z.string().min(3).optional(),
  display: z.string().min(1).optional(),
  status: z.enum(['verified', 'likely']),
  evidence: z.array(z.string().min(1)).min(1).max(2),
}).refine(({ code, prefix }) => (code === undefined) !== (prefix === undefined))
const ValueSetFile = z.record(z.string(), z.strictObject({
  title: z.string().min(1),
  codes: z.array(Row).optional(),
  include: z.array(z.string()).optional(),
  text: z.array(z.string()).optional(),
}))
type Row = z.infer<typeof Row>
type Declared = z.infer<typeof ValueSetFile>[string]

const yamlOf = (path: string): unknown => parse(readFileSync(new URL(path, ROOT), 'utf8'), { schema: 'failsafe' })

const systems = z.record(z.string(), System).parse(yamlOf('systems.yaml'))
const files = readdirSync(new URL('codes/', ROOT)).filter((name) => name.endsWith('.yaml'))
const entries = files.flatMap((name) => Object.entries(ValueSetFile.parse(yamlOf(`codes/${name}`))))
const declared: ReadonlyMap<string, Declared> = new Map(entries)
const rows: readonly (readonly [string, Row])[] = entries.flatMap(([id, { codes = [] }]) => codes.map((row) => [id, row] as const))

const keyOf = ({ system, code, prefix }: Row): string => `${system}|${code ?? `${prefix}*`}`
const failing = (test: (row: Row) => boolean, of: string): string[] =>
  rows.filter(([, row]) => row.system === of && !test(row)).map(([id, row]) => `${id}: ${keyOf(row)}`)

/** A set and everything it includes, however deep; throws on a cycle or an unknown set. */
function withIncluded(id: string, path: readonly string[] = []): Declared[] {
  if (path.includes(id)) throw new Error(`cycle ${[...path, id].join(' → ')}`)
  const set = declared.get(id)
  if (set === undefined) throw new Error(`${path.at(-1) ?? 'test'} includes unknown ${id}`)
  return [set, ...(set.include ?? []).flatMap((other) => withIncluded(other, [...path, id]))]
}

// ------------------------------------------------------------------------------------------------ check digits
const digitsOf = (text: string): number[] => Array.from(text, Number)
const lastFirst = (text: string): number[] => digitsOf(text).reverse()

/** LOINC: mod 10 over the number before the hyphen, every second digit from the right doubled. Answer codes (LA…) follow another rule. */
function hasLoincCheckDigit(code: string): boolean {
  if (/^LA\d+-\d$/.test(code)) return true
  const [, number = '', check = ''] = /^(\d{1,7})-(\d)$/.exec(code) ?? []
  const sum = lastFirst(number).reduce((total, digit, i) => {
    const weighed = i % 2 === 0 ? digit * 2 : digit
    return total + Math.floor(weighed / 10) + (weighed % 10)
  }, 0)
  return number !== '' && (10 - (sum % 10)) % 10 === Number(check)
}

/** The dihedral group of the pentagon: rotations 0 to 4, reflections 5 to 9. */
function dihedral(a: number, b: number): number {
  const turn = a < 5 ? (a + b) % 5 : (a - b + 10) % 5
  return (a < 5) === (b < 5) ? turn : turn + 5
}
const STEP = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]
const permuted = (digit: number, times: number): number => (times === 0 ? digit : permuted(STEP[digit] ?? Number.NaN, times - 1))

/** SNOMED CT: Verhoeff's check digit, 6 to 18 digits. */
const hasSnomedCheckDigit = (code: string): boolean =>
  /^[1-9]\d{5,17}$/.test(code) && lastFirst(code).reduce((check, digit, i) => dihedral(check, permuted(digit, i % 8)), 0) === 0

/** CAS registry numbers: digits weighed by their place from the right, mod 10. */
function hasCasCheckDigit(code: string): boolean {
  const [, number = '', check = ''] = /^(\d{2,7}-\d{2})-(\d)$/.exec(code) ?? []
  const sum = lastFirst(number.replace('-', '')).reduce((total, digit, i) => total + digit * (i + 1), 0)
  return number !== '' && sum % 10 === Number(check)
}

describe('check digits', () => {
  it('are told apart from a wrong or swapped digit', () => {
    expect([hasLoincCheckDigit('751-8'), hasLoincCheckDigit('751-9'), hasLoincCheckDigit('715-8')]).toEqual([true, false, false])
    expect([hasSnomedCheckDigit('58390007'), hasSnomedCheckDigit('58390008'), hasSnomedCheckDigit('444360002')]).toEqual([true, false, false])
    expect([hasCasCheckDigit('635715-01-4'), hasCasCheckDigit('635715-01-5')]).toEqual([true, false])
  })

  it.each([
    ['LOINC', 'loinc', hasLoincCheckDigit],
    ['SNOMED CT', 'snomed', hasSnomedCheckDigit],
    ['CAS', 'cas', hasCasCheckDigit],
    ['CVX, two or three digits', 'cvx', (code: string) => /^\d{2,3}$/.test(code)],
    ['RxNorm, digits only', 'rxnorm', (code: string) => /^[1-9]\d{0,6}$/.test(code)],
    ['CPT', 'cpt', (code: string) => /^\d{5}$/.test(code)],
    ['HCPCS', 'hcpcs', (code: string) => /^[A-V]\d{4}$/.test(code)],
    ['NDC', 'ndc', (code: string) => /^(\d{4,5}-\d{4}-\d{2}|\d{11})$/.test(code)],
  ])('hold in every code of %s', (_, system, test) => {
    expect(rows.some(([, row]) => row.system === system)).toBe(true)
    expect(failing(({ code }) => code !== undefined && test(code), system)).toEqual([])
  })

  it.each([
    ['ICD-10-CM', 'icd-10-cm', /^[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?$/],
    ['ICD-10', 'icd-10', /^[A-Z]\d{2}(\.\d{1,2})?$/],
    ['ICD-10-PCS', 'icd-10-pcs', /^[0-9A-HJ-NP-Z]{3,7}$/],
    ['ATC', 'atc', /^[A-Z]\d{2}[A-Z]{2}(\d{2})?$/],
  ])('have no meaning, but a shape, in %s', (_, system, shape) => {
    expect(failing(({ code, prefix }) => shape.test(code ?? prefix ?? ''), system)).toEqual([])
  })
})

describe('value sets', () => {
  it('are named in kebab-case, once over all files', () => {
    const ids = entries.map(([id]) => id)
    expect(ids.filter((id) => !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id))).toEqual([])
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([])
  })

  it('use declared code systems only', () => {
    expect(rows.filter(([, { system }]) => !(system in systems)).map(([id, row]) => `${id}: ${keyOf(row)}`)).toEqual([])
  })

  it('hold each code once', () => {
    const twice = entries.flatMap(([id, { codes = [] }]) => {
      const keys = codes.map(keyOf)
      return keys.filter((key, i) => keys.indexOf(key) !== i).map((key) => `${id}: ${key}`)
    })
    expect(twice).toEqual([])
  })

  it('include existing sets without a cycle', () => {
    for (const [id] of entries) expect(() => withIncluded(id)).not.toThrow()
  })

  it('can recognise something', () => {
    const empty = entries.filter(([id]) => withIncluded(id).every(({ codes = [], text = [] }) => codes.length + text.length === 0))
    expect(empty.map(([id]) => id)).toEqual([])
  })

  it('carry no wording of SNOMED CT and CPT, as the licences ask', () => {
    const worded = rows.filter(([, { system, display }]) => ['snomed', 'cpt'].includes(system) && display !== undefined)
    expect(worded.map(([id, row]) => `${id}: ${keyOf(row)}`)).toEqual([])
  })

  it('have phrases in lower case, trimmed, each once, of more than one letter', () => {
    const phrases = entries.flatMap(([id, { text = [] }]) => text.map((phrase, i) => ({ id, phrase, again: text.indexOf(phrase) !== i })))
    expect(phrases.filter(({ phrase, again }) => again || phrase.length < 2 || phrase !== phrase.trim().toLowerCase())).toEqual([])
  })
})

describe('code systems', () => {
  it('own each address alone', () => {
    const addresses = Object.values(systems).flatMap(({ uri, also = [] }) => [uri, ...also])
    expect(addresses.filter((address, i) => addresses.indexOf(address) !== i)).toEqual([])
  })

  it('state a licence where one binds', () => {
    for (const alias of ['loinc', 'snomed', 'cpt', 'atc']) expect(systems[alias]?.licence, alias).toMatch(/\w/)
  })
})

// ------------------------------------------------------------------------------------------------ meanings
function matcherOfAllSets(): ConceptMatcher {
  const byAddress = new Map(Object.entries(systems).flatMap(([alias, { uri, also = [] }]) => [uri, ...also].map((address) => [address, alias] as const)))
  const sets = entries.map(([id, { title }]) => {
    const parts = withIncluded(id)
    const codeRows = parts.flatMap(({ codes = [] }) => codes).map(({ system, code, prefix }) => ({ system, ...(code === undefined ? {} : { code }), ...(prefix === undefined ? {} : { prefix }) }))
    return { id, title, rows: codeRows, phrases: parts.flatMap(({ text = [] }) => text) }
  })
  return conceptMatcher(sets, byAddress)
}
const matcher = matcherOfAllSets()

const setsOfCode = (system: string, code: string): ReadonlySet<string> =>
  matcher.recognise({ codings: [{ system: systems[system]?.uri ?? system, code }], texts: [] }, []).sets
const setsOfText = (text: string): ReadonlySet<string> => matcher.recognise({ codings: [], texts: [text] }, []).sets

type Case = readonly [system: string, code: string, inside: string, outside: string]
const words = (list: string): string[] => list.split(' ').filter(Boolean)

const LABS: readonly Case[] = [
  ['loinc', '6690-2', 'wbc', 'anc'], ['loinc', '751-8', 'anc', 'neutrophil-percent wbc'], ['loinc', '777-3', 'platelets', 'wbc'],
  ['loinc', '718-7', 'hemoglobin', ''], ['loinc', '26446-5', 'blasts-percent', 'blasts-absolute marrow-blasts'],
  ['loinc', '30376-8', 'blasts-absolute', 'blasts-percent csf-blasts'], ['loinc', '11150-0', 'marrow-blasts', 'blasts-percent'],
  ['loinc', '51124-6', 'cd22-percent', 'marrow-blasts'], ['loinc', '14017-8', '', 'cd22-percent'],
  ['loinc', '1975-2', 'bilirubin-total', 'bilirubin-direct'], ['loinc', '14631-6', 'bilirubin-total', 'bilirubin-direct'],
  ['loinc', '1968-7', 'bilirubin-direct', 'bilirubin-total'], ['loinc', '14629-0', 'bilirubin-direct', 'bilirubin-total'],
  ['loinc', '14630-8', '', 'bilirubin-direct bilirubin-total'], ['loinc', '1742-6', 'alt', 'ast'], ['loinc', '1920-8', 'ast', 'alt'],
  ['loinc', '6768-6', 'alp', ''], ['loinc', '2324-2', 'ggt', ''], ['loinc', '2532-0', 'ldh', ''], ['loinc', '2160-0', 'creatinine', 'creatinine-clearance'],
  ['loinc', '14682-9', 'creatinine', ''], ['loinc', '2823-3', 'potassium', 'sodium'], ['loinc', '2601-3', 'magnesium', ''], ['loinc', '19123-9', 'magnesium', ''],
  ['loinc', '2000-8', 'calcium', 'calcium-corrected'], ['loinc', '17861-6', 'calcium', ''], ['loinc', '1995-0', '', 'calcium'], ['loinc', '1751-7', 'albumin', ''],
  ['loinc', '3084-1', 'uric-acid', ''], ['loinc', '14933-6', 'uric-acid', ''], ['loinc', '2777-1', 'phosphate', ''], ['loinc', '14879-1', 'phosphate', ''],
  ['loinc', '4542-7', 'haptoglobin', ''], ['loinc', '10230-1', 'lvef', ''], ['loinc', '29463-7', 'body-weight', 'body-weight-not-measured'],
  ['loinc', '75292-3', 'body-weight-not-measured', 'body-weight'], ['loinc', '8302-2', 'body-height', ''], ['loinc', '8310-5', 'body-temperature', ''],
  ['loinc', '76634-5', 'qtcf', 'qtcb qtc-unspecified qt-interval'], ['loinc', '76635-2', 'qtcb', 'qtcf'], ['loinc', '8634-8', 'qt-interval', 'qtcf'],
  ['loinc', '44974-4', '', 'qtcf qtcb qtc-unspecified'], ['loinc', '8867-4', 'heart-rate', ''], ['loinc', '34534-8', 'ecg-panel ecg-procedure', 'qt-interval'],
  ['loinc', '89247-1', 'ecog', 'karnofsky'], ['loinc', '97509-4', 'disease-status', ''], ['loinc', '8659-5', 'birth-control-method', ''],
  ['loinc', '5196-1', 'hbsag', 'anti-hbc'], ['loinc', '13952-7', 'anti-hbc', 'anti-hbc-igm hbsag'], ['loinc', '24113-3', 'anti-hbc-igm', 'anti-hbc'],
  ['loinc', '47364-5', '', 'hbsag'], ['loinc', '13955-0', 'anti-hcv', 'hcv-rna'], ['loinc', '11259-9', 'hcv-rna', 'anti-hcv'],
  ['loinc', '56888-1', 'hiv hiv-test', 'hiv-infection'], ['loinc', '2118-8', 'hcg', ''], ['loinc', '2106-3', 'hcg', ''],
]
const DRUGS: readonly Case[] = [
  ['rxnorm', '1942954', 'inotuzumab allergy-inotuzumab', 'gemtuzumab qt-drug'], ['rxnorm', '1942950', 'inotuzumab', 'anti-cd22-other'], ['atc', 'L01FB01', 'inotuzumab', ''],
  ['hcpcs', 'J9229', 'inotuzumab', ''], ['ndc', '0008-0100-01', 'inotuzumab', ''], ['rxnorm', '858747', 'ursodiol', ''], ['rxnorm', '11065', 'ursodiol', ''], ['rxnorm', '62427', 'ursodiol', ''],
  ['rxnorm', '3264', 'dexamethasone premed-corticosteroid', 'cytoreduction'], ['atc', 'S01BA01', '', 'dexamethasone'], ['rxnorm', '161', 'premed-antipyretic', ''],
  ['rxnorm', '3498', 'premed-antihistamine', 'qt-drug'], ['rxnorm', '28889', 'premed-antihistamine', 'qt-drug'], ['rxnorm', '5553', 'premed-antihistamine', 'qt-drug'],
  ['rxnorm', '4278', '', 'qt-drug'], ['rxnorm', '519', 'urate-lowering', ''], ['rxnorm', '9863', '', 'iv-hydration'], ['rxnorm', '5093', 'haloperidol qt-drug', ''],
  ['rxnorm', '197517', 'clarithromycin qt-drug', ''], ['rxnorm', '82122', 'levofloxacin qt-drug anti-infective-prophylaxis', ''], ['rxnorm', '26225', 'qt-drug qt-antiemetic-single-dose', ''],
  ['rxnorm', '349434', 'voriconazole systemic-azole qt-drug', ''], ['rxnorm', '282446', 'posaconazole systemic-azole qt-drug', ''],
  ['rxnorm', '1608333', 'isavuconazole systemic-azole', 'qt-drug qt-drug-extended'], ['atc', 'J02AC05', 'isavuconazole systemic-azole', 'qt-drug'],
  ['rxnorm', '253113', 'busulfan high-dose-alkylator', ''], ['rxnorm', '3002', 'cyclophosphamide high-dose-alkylator', ''], ['rxnorm', '1660004', 'thiotepa high-dose-alkylator', ''],
  ['rxnorm', '311487', 'melphalan high-dose-alkylator', ''], ['rxnorm', '24698', 'fludarabine', 'high-dose-alkylator'], ['atc', 'L01BB05', 'fludarabine', 'high-dose-alkylator'],
  ['rxnorm', '1294580', 'gemtuzumab allergy-calicheamicin', 'inotuzumab anti-cd22-other'], ['rxnorm', '2099295', 'moxetumomab anti-cd22-other', ''],
  ['rxnorm', '34132', 'asparaginase hepatotoxic-partner', ''], ['rxnorm', '35302', 'sirolimus', 'tacrolimus'], ['rxnorm', '1364347', 'tyrosine-kinase-inhibitor', ''],
  ['rxnorm', '1364430', 'anticoagulant', 'thrombolytic defibrotide'], ['atc', 'B01AX01', 'defibrotide', 'anticoagulant'],
  ['cvx', '03', 'live-vaccine', 'inactivated-vaccine'], ['cvx', '21', 'live-vaccine', ''], ['cvx', '37', 'live-vaccine', ''], ['cvx', '19', 'live-vaccine-bacterial', 'live-vaccine'],
  ['cvx', '150', 'inactivated-vaccine', 'live-vaccine live-vaccine-bacterial'], ['cvx', '187', 'inactivated-vaccine', 'live-vaccine'], ['cvx', '206', 'inactivated-vaccine', 'live-vaccine'],
  ['cvx', '3', '', 'live-vaccine'], ['atc', 'J07BK02', 'live-vaccine', ''], ['atc', 'J07BK03', 'inactivated-vaccine', 'live-vaccine'],
]
const CONDITIONS: readonly Case[] = [
  ['icd-10-cm', 'C91.02', 'b-all b-all-relapse', 'all-remission'], ['icd-10-cm', 'C91.01', 'b-all all-remission', 'b-all-relapse'], ['snomed', '277572006', 'b-all', 'ph-positive-all t-all'],
  ['snomed', '277575008', 't-all', 'b-all'], ['snomed', '425688002', 'ph-positive-all b-all', ''], ['snomed', '714251006', 'b-all', 'ph-positive-all'],
  ['icd-10-cm', 'C83.30', 'nhl-cll', 'burkitt b-all'], ['icd-10-cm', 'C83.70', 'burkitt', 'b-all'], ['snomed', '118617000', 'burkitt', ''], ['icd-10-cm', 'C91.A0', 'burkitt', 'b-all'],
  ['icd-10-cm', 'C91.10', 'nhl-cll', 'b-all'], ['snomed', '722795004', 'cns-leukemia extramedullary-relapse', ''], ['icd-10-cm', 'C79.32', 'cns-leukemia', ''],
  ['icd-10-cm', 'K76.5', 'hepatic-vod liver-disease liver-history', 'severe-liver-disease'], ['snomed', '65617004', 'hepatic-vod', ''], ['icd-10', 'K76.5', 'hepatic-vod', ''],
  ['icd-10-cm', 'E80.4', 'gilbert', 'hemolysis liver-disease'], ['icd-10-cm', 'D59.9', 'hemolysis', 'g6pd-deficiency'], ['snomed', '61261009', 'hemolysis', ''],
  ['icd-10-cm', 'D57.3', '', 'hemolysis'], ['icd-10-cm', 'D75.A', 'g6pd-deficiency', 'hemolysis'],
  ['icd-10-cm', 'K74.60', 'severe-liver-disease liver-disease', 'steatosis acute-liver-failure'], ['snomed', '19943007', 'severe-liver-disease liver-disease', ''],
  ['icd-10-cm', 'K74.3', 'liver-disease', 'severe-liver-disease'], ['icd-10-cm', 'K72.00', 'acute-liver-failure severe-liver-disease', ''],
  ['icd-10-cm', 'K75.81', 'steatosis liver-disease', 'severe-liver-disease'], ['snomed', '442685003', 'steatosis', 'severe-liver-disease'],
  ['icd-10-cm', 'B18.1', 'hepatitis-b viral-hepatitis-active liver-history', 'hepatitis-c'], ['icd-10-cm', 'B20', 'hiv hiv-infection', 'hiv-test'],
  ['icd-10-cm', 'R18.8', 'ascites', ''], ['snomed', '389026000', 'ascites', ''], ['icd-10-cm', 'R16.0', 'hepatomegaly', 'ruq-pain'], ['icd-10-cm', 'R10.11', 'ruq-pain', 'hepatomegaly'],
  ['icd-10-cm', 'I25.2', 'myocardial-infarction', 'cardiac-abnormality'], ['snomed', '1755008', 'myocardial-infarction', 'cardiac-abnormality'], ['icd-10-cm', 'I10', '', 'cardiac-abnormality'],
  ['icd-10-cm', 'E10.9', '', ''], ['icd-10-cm', 'R11.0', '', ''], ['snomed', '422587007', '', ''], ['icd-10-cm', 'I47.21', 'torsades arrhythmia', 'long-qt'],
  ['icd-10-cm', 'A41.9', 'sepsis severe-infection', 'septic-shock'], ['icd-10-cm', 'R65.21', 'septic-shock severe-infection', ''], ['icd-10-cm', 'K92.2', 'major-bleeding gi-bleed', 'intracranial-bleed'],
  ['icd-10-cm', 'R04.0', 'hemorrhage', 'major-bleeding'], ['icd-10-cm', 'T80.90XA', 'infusion-reaction', 'anaphylaxis'], ['icd-10-cm', 'T80.92XA', '', 'infusion-reaction'],
  ['icd-10-cm', 'Z39.1', 'lactation', 'pregnancy'], ['snomed', '290122005', 'lactation', ''], ['icd-10-cm', 'Z33.1', 'pregnancy', ''], ['icd-10-cm', 'O80', '', 'pregnancy'], ['icd-10-cm', 'O03.9', '', 'pregnancy'],
  ['icd-10-cm', 'Z30.09', 'contraception-counselling', 'contraception-in-use'], ['icd-10-cm', 'Z90.712', '', 'hysterectomy-oophorectomy'], ['icd-10-cm', 'Z99.2', 'dialysis-status', 'esrd'], ['snomed', '105502003', 'dialysis-status', ''],
  ['icd-10-cm', 'N18.6', 'esrd', ''], ['icd-10-cm', 'D89.813', 'gvhd', 'liver-gvhd'], ['snomed', '846606007', 'gvhd liver-gvhd', ''], ['icd-10-cm', 'D70.1', 'neutropenia blood-count-terms', 'febrile-neutropenia'],
  ['icd-10-cm', 'Z94.84', 'transplant-status', 'transplant-status-allogeneic transplant-status-autologous'], ['icd-10-cm', 'E88.3', 'tumor-lysis', ''], ['snomed', '716186003', '', ''],
]
const PROCEDURES: readonly Case[] = [
  ['snomed', '58390007', 'allogeneic-hct hct-any', 'autologous-hct'], ['cpt', '38240', 'allogeneic-hct', 'autologous-hct'], ['snomed', '58776007', 'autologous-hct hct-any', 'allogeneic-hct'],
  ['cpt', '38242', '', 'allogeneic-hct hct-any'], ['icd-10-pcs', '30243Y3', 'allogeneic-hct', 'autologous-hct'], ['icd-10-pcs', '30243Y0', 'autologous-hct', 'allogeneic-hct'],
  ['snomed', '45036003', 'liver-imaging', 'liver-doppler'], ['cpt', '76705', 'liver-imaging', ''], ['loinc', '24558-9', 'liver-imaging', ''], ['cpt', '93976', 'liver-doppler liver-imaging', ''],
  ['snomed', '302497006', 'dialysis', 'dialysis-status'], ['cpt', '90935', 'dialysis', ''], ['snomed', '12719002', 'platelet-transfusion', ''], ['cpt', '36430', '', 'platelet-transfusion'],
  ['snomed', '47625008', 'route-intravenous', 'route-intravenous-push'], ['snomed', '34206005', '', 'route-intravenous'], ['snomed', '26643006', '', 'route-intravenous route-local'],
  ['loinc', '58410-2', 'cbc-order', 'metabolic-panel-order'], ['loinc', '24325-3', 'liver-panel-order', ''], ['loinc', '24323-8', 'metabolic-panel-order', ''],
]
const RESULTS: readonly Case[] = [
  ['snomed', '10828004', 'result-positive', 'result-negative'], ['snomed', '260373001', 'result-positive', 'result-negative'],
  ['snomed', '260385009', 'result-negative', 'result-positive'], ['snomed', '260415000', 'result-negative', 'result-positive'],
  ['v3-interpretation', 'POS', 'result-positive', ''], ['v3-interpretation', 'ND', 'result-negative', 'result-positive'],
  ['snomed', '255604002', 'severity-mild', ''], ['snomed', '6736007', 'severity-moderate', 'severity-severe'], ['snomed', '24484000', 'severity-severe', ''],
]

describe('a coding', () => {
  it.each([...LABS, ...DRUGS, ...CONDITIONS, ...PROCEDURES, ...RESULTS])('of %s %s belongs to [%s] and not to [%s]', (system, code, inside, outside) => {
    const sets = setsOfCode(system, code)
    if (inside === '' && outside === '') expect([...sets]).toEqual([])
    expect(words(inside).filter((id) => !sets.has(id))).toEqual([])
    expect(words(outside).filter((id) => sets.has(id))).toEqual([])
    expect([...words(inside), ...words(outside)].filter((id) => !declared.has(id))).toEqual([])
  })

  it('means nothing under the address of another system (2106-3 is a race in one, a test in another)', () => {
    expect(setsOfCode('urn:oid:2.16.840.1.113883.6.238', '2106-3').size).toBe(0)
    expect(setsOfCode('icd-10-cm', '03').size).toBe(0)
  })

  it('is known by the object identifier of its system too', () => {
    expect(setsOfCode('urn:oid:2.16.840.1.113883.6.88', '1942950')).toContain('inotuzumab')
    expect(setsOfCode('urn:oid:2.16.840.1.113883.6.90', 'K76.5')).toContain('hepatic-vod')
  })
})

describe('a bare text', () => {
  it.each([
    ['BCR::ABL1 fusion transcript t(9;22)', 'bcr-abl1', ''],
    ['Measurable residual disease by flow cytometry, bone marrow', 'mrd', 'marrow-blasts'],
    ['Sodium chloride 0.9 % infusion (IV hydration)', 'iv-hydration', ''],
    ['busulfan 100 mg in sodium chloride 0.9 % 250 mL', 'busulfan', 'iv-hydration'],
    ['Besponsa 1 mg powder', 'inotuzumab', ''],
    ['Inotuzumab ozogamicin', 'inotuzumab allergy-inotuzumab', 'gemtuzumab allergy-calicheamicin'],
    ['methylprednisolone 40 mg', 'methylprednisolone', 'prednisolone'],
    ['enoxaparin 40 mg', 'enoxaparin anticoagulant', 'heparin'],
    ['pegfilgrastim 6 mg', 'pegfilgrastim g-csf', 'filgrastim'],
    ['Influenza vaccine, inactivated', 'inactivated-vaccine', 'live-vaccine live-vaccine-bacterial'],
    ['recombinant zoster vaccine', 'inactivated-vaccine', 'live-vaccine'],
    ['Measles, mumps and rubella vaccine', 'live-vaccine', 'inactivated-vaccine'],
    ['Typhoid vaccine live oral', 'live-vaccine-bacterial', 'live-vaccine'],
    ['Not detected', 'result-negative', 'result-positive'],
    ['Non-reactive', 'result-negative', 'result-positive'],
    ['Detected', 'result-positive', 'result-negative'],
    ['Complete remission with incomplete count recovery', 'remission-cri', 'remission-cr remission-none'],
    ['Not in complete remission', 'remission-none', 'remission-cr remission-cri'],
    ['Reversed (hepatofugal) portal venous flow', 'portal-flow-abnormal', ''],
    ['Portal vein flow direction by Doppler ultrasound', 'portal-flow', 'portal-flow-abnormal'],
    ['T-cell acute lymphoblastic leukaemia', 't-all', 'b-all'],
    ['Relapsed B-cell acute lymphoblastic leukemia', 'b-all b-all-relapse', 'all-remission'],
    ['Family history of long QT syndrome', 'family-long-qt', 'long-qt'],
    ['Pulmonary veno-occlusive disease', '', 'hepatic-vod'],
    ['Sinusoidal obstruction syndrome', 'hepatic-vod', ''],
    ['Iron sucrose', '', 'allergy-excipient'],
    ['Infusion related reaction to inotuzumab ozogamicin', 'infusion-reaction', 'anaphylaxis'],
    ['Referral for transplant evaluation', 'hct-evaluation-referral', 'hct-any allogeneic-hct'],
    ['Allogeneic haematopoietic cell transplantation', 'allogeneic-hct hct-any', 'autologous-hct'],
    ['HCT', '', 'hct-any'],
    ['Conditioning regimen', 'conditioning-plan', 'antineoplastic-regimen'],
    ['Systemic ALL therapy, line 1', 'antineoplastic-regimen', 'conditioning-plan'],
    ['Not pregnant', '', 'pregnancy'],
    ['Febrile neutropenia', 'febrile-neutropenia', 'blood-count-terms'],
  ])('"%s" belongs to [%s] and not to [%s]', (text, inside, outside) => {
    const sets = setsOfText(text)
    expect(words(inside).filter((id) => !sets.has(id))).toEqual([])
    expect(words(outside).filter((id) => sets.has(id))).toEqual([])
    expect([...words(inside), ...words(outside)].filter((id) => !declared.has(id))).toEqual([])
  })
})
