import { describe, expect, it, test } from 'vitest'
import { answer, ascites, bilirubin, dose, enlargedLiver, liverPain, viewOf, weight } from './vod-record.ts'
import { valueIn } from './scope.ts'

const base = [dose(20), weight(80, 21)]
const namesOf = (resources: Parameters<typeof viewOf>[0], options = {}) => valueIn(viewOf([...base, ...resources], options), 'vodSignNames')
const early = (resources: Parameters<typeof viewOf>[0], options = {}) => valueIn(viewOf([...base, ...resources], options), 'vodEarlySigns')

describe('bilirubin', () => {
  test.each([
    ['1.99 mg/dL is no sign', bilirubin(1.99), ''],
    ['2.0 mg/dL is one', bilirubin(2), 'bilirubin'],
    ['33.9 µmol/L is no sign', bilirubin(33.9, '-1h', { unit: 'umol/L', high: 20 }), ''],
    ['34 µmol/L is one although it is 1.988 mg/dL', bilirubin(34, '-1h', { unit: 'umol/L', high: 20 }), 'bilirubin'],
    ['of three weeks ago it says nothing about today', bilirubin(5, '-20d'), ''],
  ])('%s', (_, result, expected) => {
    expect(namesOf([result])).toBe(expected)
  })

  const gilbert = { icd10: 'E80.4', at: '-3000d' }
  it('explained by Gilbert syndrome is no sign', () => {
    expect(namesOf([gilbert, bilirubin(3.6)])).toBe('')
  })

  it('above what Gilbert syndrome explains is one', () => {
    expect(namesOf([gilbert, bilirubin(3.7)])).toBe('bilirubin')
  })
})

describe('weight', () => {
  test.each([[84, ''], [84.1, 'weight gain']])('%d kg after 80', (kg, expected) => {
    expect(namesOf([weight(kg)])).toBe(expected)
  })
})

describe('liver and ascites', () => {
  test.each([
    ['an enlarged liver alone is no sign', [enlargedLiver()], ''],
    ['pain alone is no sign', [liverPain()], ''],
    ['both are one', [enlargedLiver(), liverPain()], 'painful hepatomegaly'],
    ['the clinician may state it', [answer('painfulHepatomegaly', { valueBoolean: true })], 'painful hepatomegaly'],
    ['and may deny it', [enlargedLiver(), liverPain(), answer('painfulHepatomegaly', { valueBoolean: false })], ''],
    ['ascites on the problem list', [ascites()], 'ascites'],
    ['ascites that began before treatment', [ascites('-21d')], ''],
    ['ascites that began on the day of the first dose', [ascites('-20d')], 'ascites'],
    ['ascites without a date', [{ icd10: 'R18.8' }], 'ascites'],
    ['ascites denied', [ascites(), answer('ascites', { valueBoolean: false })], ''],
    ['ascites as a coded conclusion of imaging', [{ resourceType: 'DiagnosticReport', text: 'Ultrasound of liver', at: '-1d', conclusionCode: [{ coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'R18.8' }] }] }], 'ascites'],
    ['words of a conclusion are not read', [{ resourceType: 'DiagnosticReport', text: 'Ultrasound of liver', at: '-1d', conclusion: 'Ascites', conclusionCode: [{ text: 'No ascites' }] }], ''],
  ])('%s', (_, resources, expected) => {
    expect(namesOf(resources)).toBe(expected)
  })
})

describe('an answer of the clinician', () => {
  it('that VOD was ruled out silences signs for 7 days', () => {
    expect(namesOf([ascites(), answer('vodRuledOut', { valueBoolean: true }, 7)])).toBe('')
  })

  it('that VOD was ruled out 8 days ago has expired', () => {
    expect(namesOf([ascites(), answer('vodRuledOut', { valueBoolean: true }, 8)])).toBe('ascites')
  })

  it('that a sign has another cause leaves the others', () => {
    expect(namesOf([ascites(), weight(85), answer('notAttributable', { valueString: 'weight, bilirubin' })])).toBe('ascites')
  })
})

describe('hints', () => {
  test.each([
    ['bilirubin doubled in 48 h', [bilirubin(0.8, '-49h'), bilirubin(1.6)], 1],
    ['bilirubin doubled in more than 48 h', [bilirubin(0.8, '-50h'), bilirubin(1.6)], 0],
    ['bilirubin not quite doubled', [bilirubin(0.8, '-25h'), bilirubin(1.59)], 0],
    ['bilirubin doubled within normal', [bilirubin(0.5, '-25h'), bilirubin(1.2)], 0],
    ['platelets that no longer work', [answer('plateletRefractory', { valueBoolean: true })], 1],
    ['ascites that is only suspected', [{ ...ascites(), verification: 'provisional' }], 1],
    ['VOD recorded as suspected', [{ icd10: 'K76.5', verification: 'provisional', at: '-1d' }], 1],
    ['nothing', [bilirubin(0.6)], 0],
  ])('%s', (_, resources, count) => {
    expect(early(resources)).toHaveLength(count)
  })

  it('that are only suspected are no sign', () => {
    expect(namesOf([{ ...ascites(), verification: 'provisional' }])).toBe('')
  })

  it('are unknown while the results could not be read', () => {
    expect(early([], { unread: ['labs'] })).toBe('missing: unavailable')
  })

  it('found in what was read stand although the rest was not', () => {
    expect(early([ascites()], { unread: ['labs'] })).toEqual(['ascites'])
  })
})

it('before any dose nothing is a sign', () => {
  expect(valueIn(viewOf([ascites(), bilirubin(4)]), 'vodSignNames')).toBe('')
})
