import { describe, expect, test } from 'vitest'
import { compileCodes } from '../../src/content/compile-codes.ts'
import { readContentFiles } from '../../src/content/files.ts'
import { contentReader } from '../../src/content/reader.ts'
import { byUnitSetting } from '../../src/facts/settings.ts'
import { loadContent, ROOT } from './loaded.ts'
import { compileSmall, fileWith, problemsWith } from '../facts/small-content.ts'

const SETTINGS = 'cards/settings/all.yaml'
const EU = 'cards/profiles/label-eu.yaml'
const withSetting = (setting: object): object => fileWith(SETTINGS, { extra: { title: 'x', source: 'own', ...setting } })

describe('a setting', () => {
  test('has its default until the profile says otherwise, and the site outranks both', () => {
    expect(compileSmall().settings['mode']).toBe('any')
    expect(compileSmall({}, { profile: 'label-eu' }).settings['mode']).toBe('both')
    expect(compileSmall({}, { profile: 'label-eu', settings: { mode: 'any' } }).settings['mode']).toBe('any')
  })
  test('leaves the others alone', () => {
    const defaults = compileSmall().settings
    expect(compileSmall({}, { settings: { pad_d: 9 } }).settings).toEqual({ ...defaults, pad_d: 9 })
  })
  test('changes what the rules of the content compare with', () => {
    const { rules } = compileSmall({}, { settings: { neutrophil_limit: 0.5 } })
    expect(rules[0]?.when[0]?.check.names).toEqual(['neutrophils', 'setting.neutrophil_limit'])
  })
})

describe('what a site may set', () => {
  test.each([
    ['neutrophil_limit', 0.5], ['neutrophil_limit', 0], ['enabled', true], ['mode', 'both'], ['slots', [1, 8]], ['slots', ['1']], ['bili_limit', { 'mg/dL': 3 }],
  ])('%s: %j', (name, value) => expect(compileSmall({}, { settings: { [name]: value } }).settings[name]).toEqual(value))

  test.each([
    ['neutrophil_limit', '1.0', 'setting neutrophil_limit must be of type number'], ['neutrophil_limit', Number.NaN, 'setting neutrophil_limit must be of type number'],
    ['neutrophil_limit', null, 'setting neutrophil_limit must be of type number'], ['neutrophil_limit', Infinity, 'setting neutrophil_limit must be of type number'],
    ['enabled', 'yes', 'setting enabled must be of type boolean'], ['enabled', 1, 'setting enabled must be of type boolean'],
    ['slots', 8, 'setting slots must be of type list'], ['slots', [true], 'setting slots must be of type list'],
    ['bili_limit', 2, 'setting bili_limit must be of type by-unit'], ['bili_limit', { 'mg/dL': '2' }, 'setting bili_limit must be of type by-unit'],
    ['mode', 'some', 'setting mode must be one of any, both'], ['mode', true, 'setting mode must be one of any, both'],
    ['neutrophil_limt', 1, 'unknown setting neutrophil_limt – did you mean neutrophil_limit?'], ['something', 1, 'unknown setting something – the settings are listed in cards/settings/'],
    ['constructor', 1, 'unknown setting constructor – the settings are listed in cards/settings/'],
  ])('not %s: %j', (name, value, problem) => {
    expect(problemsWith({}, { settings: { [name]: value } })).toEqual([`SITE_SETTINGS:1:1 ${problem}`])
  })

  test('is refused as a whole, with every mistake', () => {
    expect(problemsWith({}, { profile: 'label-uk', settings: { mode: 'some', enabled: 1 }, file: '/etc/site.yaml' })).toEqual([
      '/etc/site.yaml:1:1 profile: unknown profile – one of label-us, label-eu', '/etc/site.yaml:1:1 setting mode must be one of any, both', '/etc/site.yaml:1:1 setting enabled must be of type boolean',
    ])
  })
})

describe('a limit of the site', () => {
  const refused = (limits: object) => problemsWith({}, { limits: { ...limits } })
  test('is taken under the name of a measurement that is compared with it, in a unit it comes in', () => {
    expect(compileSmall({}, { limits: { totalBilirubin: { uln: { value: 20, unit: 'umol/L' } } } }).mapping.measurements.has('totalBilirubin')).toBe(true)
  })
  test.each([
    ['for a name that nothing has', { totalBilirubn: { uln: { value: 1, unit: 'mg/dL' } } }, 'totalBilirubn has no limit that anything is compared with – did you mean totalBilirubin?'],
    ['for the name of a member of every object', { constructor: { uln: { value: 1, unit: 'mg/dL' } } }, 'constructor has no limit that anything is compared with – one of totalBilirubin'],
    ['for a measurement that is compared with none', { neutrophils: { uln: { value: 1, unit: '10*9/L' } } }, 'neutrophils has no limit that anything is compared with – one of totalBilirubin'],
    ['under a name that is no limit', { totalBilirubin: { high: { value: 1, unit: 'mg/dL' } } }, 'totalBilirubin has no limit of this name: high – it has uln, lln'],
    ['in a unit of something else', { totalBilirubin: { uln: { value: 1, unit: 'K/uL' } } }, 'totalBilirubin uln is in a unit that this measurement does not come in – units are listed in fhir-mappings/units.yaml'],
    ['without unit', { totalBilirubin: { uln: { value: 1 } } }, 'totalBilirubin must give a number and a unit for each limit – such as { alt: { uln: { value: 40, unit: U/L } } }'],
    ['written as a number', { totalBilirubin: 1.2 }, 'totalBilirubin must give a number and a unit for each limit – such as { alt: { uln: { value: 40, unit: U/L } } }'],
    ['written without its end', { totalBilirubin: { value: 1.2, unit: 'mg/dL' } }, 'totalBilirubin must give a number and a unit for each limit – such as { alt: { uln: { value: 40, unit: U/L } } }'],
  ])('is refused %s', (_, limits, problem) => expect(refused(limits)).toEqual([`SITE_SETTINGS:1:1 site_uln: ${problem}`]))
  test('is refused together with what else is wrong', () => {
    expect(problemsWith({}, { settings: { mode: 'some' }, limits: { other: {} } })).toHaveLength(2)
  })
})

describe('what the content declares', () => {
  test.each([
    ['a default of another type', { type: 'number', value: 'one' }, /:value setting extra must be of type number$/],
    ['a default that is none of the choices', { type: 'text', value: 'x', oneOf: ['a', 'b'] }, /setting extra must be one of a, b$/],
    ['a list for limits by unit', { type: 'by-unit', value: [1] }, /setting extra must be of type by-unit$/],
  ])('not %s', (_, setting, problem) => {
    const found = problemsWith({ [SETTINGS]: withSetting(setting) })
    expect(found).toHaveLength(1)
    expect(found[0]?.replace(/:\d+:\d+ /, ':value ')).toMatch(problem)
  })
  test('not the same setting in two files', () => {
    expect(problemsWith({ 'cards/settings/more.yaml': { mode: { title: 'x', type: 'text', value: 'any', source: 'own' } } })).toEqual(['cards/settings/more.yaml:2:10 setting mode is declared twice'])
  })
  test.each([
    ['an unknown setting', { none: 1 }, `${EU}:6:11 unknown setting none – the settings are listed in cards/settings/`], ['a value of the wrong type', { enabled: 'yes' }, `${EU}:6:14 setting enabled must be of type boolean`],
  ])('not %s in a profile, whichever profile is in force', (_, settings, problem) => {
    expect(problemsWith({ [EU]: fileWith(EU, { settings }) }, { profile: 'label-us' })).toEqual([problem])
    expect(problemsWith({ [EU]: fileWith(EU, { settings }) }, { profile: 'label-eu' })).toEqual([problem])
  })
})

test('severities of the shipped content are value sets that exist', () => {
  const { sets } = compileCodes(contentReader(readContentFiles(ROOT)))
  expect(Object.keys(byUnitSetting(loadContent().settings, 'severity_grades')).filter((name) => !sets.has(name))).toEqual([])
})
