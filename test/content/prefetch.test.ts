import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { parse } from 'yaml'
import { templateProblem } from '../../src/content/prefetch-grammar.ts'
import { CodesFile, SystemsFile } from '../../src/content/schema/codes.ts'
import { FactsFile } from '../../src/content/schema/facts.ts'
import type { Content } from '../../src/engine/rule.ts'
import { compileSmall, fileWith } from '../facts/small-content.ts'
import { loadContent, ROOT } from './loaded.ts'

const { sources } = loadContent()
const yaml = (path: string): unknown => parse(readFileSync(`${ROOT}/fhir-mappings/${path}`, 'utf8'), { schema: 'failsafe' })
const filesOf = (folder: string): unknown[] => readdirSync(`${ROOT}/fhir-mappings/${folder}`).filter((name) => name.endsWith('.yaml')).map((name) => yaml(`${folder}/${name}`))
const sets: CodesFile = Object.assign({}, ...filesOf('codes').map((file) => CodesFile.parse(file)))
const systems = SystemsFile.parse(yaml('systems.yaml'))
const facts = readdirSync(`${ROOT}/fhir-mappings/facts`).map((name) => FactsFile.parse(parse(readFileSync(`${ROOT}/fhir-mappings/facts/${name}`, 'utf8')))).flatMap((file) => Object.entries(file))

/** Every code of a value set and of those it includes, read from the files alone. */
const codesIn = (set: string): string[] =>
  [...(sets[set]?.codes ?? []).flatMap(({ system, code }) => (code === undefined ? [] : [`${systems[system]?.uri ?? ''}|${code}`])), ...(sets[set]?.include ?? []).flatMap(codesIn)]
const asked = (template: string): string[] => (/[?&]code=([^&]*)/.exec(template)?.[1] ?? '').split(',')
const sourceOf = (key: string) => sources.find((source) => source.key === key)

describe('the templates of discovery', () => {
  test.each(['labs', 'vitals', 'ecg'])('ask for every code by which a fact selects %s', (key) => {
    const read = facts.flatMap(([, fact]) => ('source' in fact && fact.source === key && 'codes' in fact && (fact.kind === 'measurement' || fact.from.includes('Observation')) ? fact.codes ?? [] : []))
    const needed = [...new Set(read.flatMap(codesIn))]
    expect(needed.length).toBeGreaterThan(key === 'labs' ? 140 : 8)
    expect(asked(sourceOf(key)?.prefetch ?? '').sort()).toEqual(needed.sort())
  })
  it('ask for hourly heart rates beside the vital signs, where they push no ECG off the page', () => {
    expect(asked(sourceOf('vitals')?.prefetch ?? '')).toContain('http://loinc.org|8867-4')
    expect(asked(sourceOf('ecg')?.prefetch ?? '')).not.toContain('http://loinc.org|8867-4')
  })
  it.each(sources)('$key fits into an address of 4 kB', ({ prefetch }) => expect(prefetch.length).toBeLessThan(4_096))
  it.each(sources)('$key is what we ask ourselves, in queries that every server takes', ({ prefetch, queries }) => {
    expect(queries.flatMap(asked)).toEqual(asked(prefetch))
    expect(new Set(queries.map((query) => query.replace(/code=[^&]*/, '')))).toEqual(new Set([prefetch.replace(/code=[^&]*/, '')]))
    const longest = queries.map((query) => (query.split('?')[1] ?? '').replace('{{context.patientId}}', 'p'.repeat(64)))
    expect(Math.max(...longest.map(({ length }) => length))).toBeLessThanOrEqual(2_048)
  })
})

const SOURCES = 'fhir-mappings/sources.yaml'
const withLabs = (labs: object, more: Readonly<Record<string, unknown>> = {}) =>
  compileSmall({ [SOURCES]: fileWith(SOURCES, { labs: { title: 'labs', types: ['Observation'], safety: true, prefetch: 'Observation?patient={{context.patientId}}&code={{codes}}&_count=50', ...labs } }), ...more })

describe('a code', () => {
  const labsOf = (content: Content) => content.sources.find(({ key }) => key === 'labs')?.prefetch
  it('added to a value set is asked for', () => {
    const before = labsOf(withLabs({}))
    const after = labsOf(withLabs({}, moreNeutrophils()))
    expect(before).toMatch(/code=http:\/\/loinc\.org\|[^&]+&_count=50$/)
    expect(after).toContain('|99999-9')
    expect(before).not.toContain('|99999-9')
  })
  it('in a template of a site is asked for as it is written', () =>
    expect(labsOf(withLabs({ prefetch: 'Observation?patient={{context.patientId}}&category=laboratory' }))).toBe('Observation?patient={{context.patientId}}&category=laboratory'))
})

/** The neutrophils of the small content with one code more. */
function moreNeutrophils(): Readonly<Record<string, unknown>> {
  const file = 'fhir-mappings/codes/all.yaml'
  return { [file]: fileWith(file, { neutrophils: { title: 'Neutrophils', codes: [{ system: 'loinc', code: '751-8', status: 'verified', evidence: ['x'] }, { system: 'loinc', code: '99999-9', status: 'verified', evidence: ['x'] }] } }) }
}

describe('a template', () => {
  it.each([
    'Patient/{{context.patientId}}', 'Patient?_id={{context.patientId}}', 'Observation?patient={{context.patientId}}', 'Observation?patient={{context.patientId}}&code=http://loinc.org|1975-2,http://loinc.org|1742-6&_sort=-date&_count=50',
    'Observation?patient={{context.patientId}}&date=ge2026-01-01', 'Observation?patient={{context.patientId}}&code:in=http://x.test/set', 'Observation?patient={{context.patientId}}&encounter={{context.encounterId}}',
  ])('%s is understood by every client', (template) => expect(templateProblem(template, ['Patient', 'Observation'])).toBeUndefined())

  it.each([
    ['a FHIRPath token', 'Observation?patient={{context.patientId}}&date=ge{{today()}}'], ['a token of another name', 'Observation?patient={{patientId}}'], ['a blank in a token', 'Observation?patient={{ context.patientId }}'],
    ['drafts as a token', 'Medication?_id={{context.draftOrders}}&patient={{context.patientId}}'], ['an open brace', 'Observation?patient={{context.patientId}}&a={{'], ['no patient', 'Observation?code=x'],
    ['an absolute address', 'https://ehr.test/Observation?patient={{context.patientId}}'], ['an operation', 'Patient/{{context.patientId}}/$everything'], ['another type', 'Condition?patient={{context.patientId}}'],
    ['a repeated parameter', 'Observation?patient={{context.patientId}}&date=ge2025&date=le2026'], ['the sorting of DSTU2', 'Observation?patient={{context.patientId}}&_sort:desc=date'], ['a wrong direction', 'Observation?patient={{context.patientId}}&_sort=desc=date'],
    ['an include', 'Observation?patient={{context.patientId}}&_include=Observation:subject'], ['_maxresults', 'Observation?patient={{context.patientId}}&_maxresults=5'], ['a chain', 'Observation?patient={{context.patientId}}&subject.name=x'],
    ['a modifier', 'Observation?patient={{context.patientId}}&code:not=x'], ['no count', 'Observation?patient={{context.patientId}}&_count=many'], ['a blank', 'Observation?patient={{context.patientId}}&code=a b'], ['an empty parameter', 'Observation?patient={{context.patientId}}&code='],
  ])('with %s is refused when content loads', (_, template) => {
    expect(templateProblem(template, ['Patient', 'Observation'])).toBeDefined()
    expect(() => withLabs({ prefetch: template })).toThrow(/sources\.yaml/)
  })
  it('never throws, whatever it is', () => fc.assert(fc.property(fc.string(), (template) => {
    expect(['string', 'undefined']).toContain(typeof templateProblem(template, ['Observation']))
  })))
})
