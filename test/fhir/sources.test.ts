import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { CodesFile } from '../../src/content/schema/codes.ts'
import { queryFor } from '../../src/fhir/sources.ts'
import { any, declared, ecog, ejectionFraction, KEYS, lab, localResult, patient, planOf, plans, qtcf, weight } from './records.ts'

const folder = new URL('../../fhir-mappings/codes/', import.meta.url)
const sets: CodesFile = Object.assign({}, ...readdirSync(folder).filter((name) => name.endsWith('.yaml'))
  .map((name) => CodesFile.parse(parse(readFileSync(new URL(name, folder), 'utf8'), { schema: 'failsafe' }))))
const templates = Object.values(declared).flatMap(({ prefetch, also }) => [prefetch, ...also])

describe('the declared sources', () => {
  it('are the eleven prefetch keys', () =>
    expect(KEYS).toEqual(['patient', 'labs', 'vitals', 'ecg', 'conditions', 'medications', 'administrations', 'procedures', 'allergies', 'immunizations', 'assessments']))
  it('name value sets that exist', () => expect(Object.values(declared).flatMap((source) => source.sets).filter((set) => !(set in sets))).toEqual([]))
  it('ask for every LOINC code by which an ECG is recognised', () => {
    const codes = (declared['ecg']?.sets ?? []).flatMap((set) => sets[set]?.codes ?? []).flatMap(({ system, code }) => (system === 'loinc' ? [`http://loinc.org|${code}`] : []))
    expect(codes.length).toBeGreaterThan(8)
    const asked = new URLSearchParams(declared['ecg']?.prefetch.split('?')[1]).get('code')?.split(',')
    expect(codes.filter((code) => !asked?.includes(code))).toEqual([])
  })
  it.each(templates)('keep to what every client understands: %s', (template) => {
    expect(template.match(/\{\{.*?\}\}/g)).toEqual(['{{context.patientId}}'])
    expect(template).toMatch(/^[A-Z][A-Za-z]+(\/\{\{context\.patientId\}\}|\?\S+)$/)
    const names = [...new URLSearchParams(template.split('?')[1] ?? '').keys()]
    expect(names).toEqual([...new Set(names)])
  })
  it.each(Object.entries(declared).flatMap(([key, { types, prefetch, also }]) => [prefetch, ...also].map((template) => [key, template, types] as const)))(
    '%s asks for its own types: %s', (_, template, types) => expect(types).toContain(template.split(/[?/]/)[0]))
})

describe('a resource', () => {
  const claimants = (resource: object) => plans.filter((plan) => plan.claims({ resourceType: '', ...resource })).map(({ key }) => key)
  it.each<[string, object, string[]]>([
    ['a laboratory result', lab('1'), ['labs']],
    ['a laboratory result without category', lab('1', { category: undefined }), ['labs']],
    ['a laboratory result of unknown code', localResult('1', { category: { coding: { code: 'Laboratory' } } }), ['labs']],
    ['a weight', weight('1'), ['vitals']],
    ['an ECG, whatever its category', qtcf('1'), ['ecg']],
    ['an ECG that says so in its components', localResult('1', { component: [{ code: { coding: [{ system: 'http://loinc.org', code: '76634-5' }] } }] }), ['ecg']],
    ['an ejection fraction from imaging', ejectionFraction('1'), ['ecg', 'assessments']],
    ['a performance status', ecog('1'), ['assessments']],
    ['an unknown result', localResult('1'), []],
    ['a Patient', patient(), ['patient']],
    ['a transplant order', any('ServiceRequest', '1'), ['procedures']],
    ['a Medication', any('Medication', '1'), []],
    ['an adverse event', any('AdverseEvent', '1'), ['assessments']],
  ])('%s belongs where it should', (_, resource, keys) => expect(claimants(resource)).toEqual(keys))
})

it('a query names the patient, encoded', () =>
  expect(queryFor(planOf('allergies').prefetch, 'a b&c')).toBe('AllergyIntolerance?patient=a%20b%26c&_count=200'))
