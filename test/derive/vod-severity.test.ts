import { describe, expect, it, test } from 'vitest'
import { columnOf, columnOfDays, type Criterion, type Grade, gradeOf, upgraded } from '../../src/derive/vod-grading.ts'
import { answer, ascites, bilirubin, creatinine, transplantation, transplanted, viewOf, weight } from './vod-record.ts'
import { valueIn } from './scope.ts'

const criteria = (...grades: Grade[]): Criterion[] => grades.map((grade) => ({ name: grade, text: grade, grade }))
const reached = (value: number, limit: number): boolean => value >= limit
const exceeded = (value: number, limit: number): boolean => value > limit

describe('columns of the table', () => {
  test.each([[8, 'mild'], [7, 'moderate'], [5, 'moderate'], [4, 'severe'], [0, 'severe']])('%d days', (days, grade) => {
    expect(columnOfDays(days, [7, 4])).toBe(grade)
  })

  test.each([[2, 'mild'], [2.01, 'moderate'], [5, 'moderate'], [5.01, 'severe'], [8, 'severe'], [8.01, 'very severe']])('transaminases %d × ULN', (times, grade) => {
    expect(columnOf(times, [2, 5, 8], exceeded)).toBe(grade)
  })

  test.each([[1.19, 'mild'], [1.2, 'moderate'], [1.49, 'moderate'], [1.5, 'severe'], [1.99, 'severe'], [2, 'very severe']])('creatinine %d × baseline', (times, grade) => {
    expect(columnOf(times, [1.2, 1.5, 2], reached)).toBe(grade)
  })
})

describe('the grade', () => {
  test.each([
    ['two in one column', criteria('mild', 'mild'), 'mild'],
    ['of two columns with two each the worse', criteria('mild', 'mild', 'severe', 'severe'), 'severe'],
    ['a single very severe criterion beside two mild ones', criteria('mild', 'mild', 'very severe'), 'mild'],
    ['no column with two: the worst that holds two with those beyond', criteria('mild', 'moderate', 'severe', 'very severe'), 'severe'],
    ['two criteria in two columns', criteria('mild', 'severe'), 'mild'],
    ['one criterion', criteria('very severe'), 'mild'],
    ['none', [], undefined],
  ])('%s (literal)', (_, given, expected) => {
    expect(gradeOf(given, 'literal', 2)).toBe(expected)
  })

  test.each([
    ['two mild, one moderate, one severe', criteria('mild', 'mild', 'moderate', 'severe'), 'moderate'],
    ['two mild and one very severe', criteria('mild', 'mild', 'very severe'), 'mild'],
    ['severe and very severe', criteria('severe', 'very severe'), 'severe'],
  ])('%s (cumulative)', (_, given, expected) => {
    expect(gradeOf(given, 'cumulative', 2)).toBe(expected)
  })

  it('rises by one, severe only where the site says so', () => {
    expect([upgraded('mild', false), upgraded('moderate', false), upgraded('severe', false), upgraded('severe', true), upgraded('very severe', true)])
      .toEqual(['moderate', 'severe', 'severe', 'very severe', 'very severe'])
  })
})

/** Day 10 with ascites of today and weight over the limit since `days` days. */
const sick = (days: number, kg = 84.1) => [...transplanted(10), ascites(), weight(84.1, days), weight(kg)]
const ALT = (times: number) => ({ loinc: '1742-6', value: times * 40, unit: 'U/L', high: 40, at: '-1h' })
const grade = (resources: Parameters<typeof viewOf>[0], options = {}) => valueIn(viewOf(resources, options), 'vodGrade')
const slowly = (value: number) => [bilirubin(value / 1.8, '-48h'), bilirubin(value)]

describe('from the record', () => {
  it('days run from the first sign to the day the criteria were complete', () => {
    const text = viewOf([...sick(6), bilirubin(2)]).fact('vodGradeCourse')
    expect(text.state === 'present' && text.text).toBe('6 d to full criteria: moderate; bilirubin 2 mg/dL: mild')
  })

  it('the stated date of the first sign wins', () => {
    const text = viewOf([...sick(6), bilirubin(2), answer('firstVodSymptomDate', { valueDate: '2025-02-28' })]).fact('vodGradeCourse')
    expect(text.state === 'present' && text.text).toContain('3 d to full criteria: severe')
  })

  test.each([
    ['mild', [...sick(8), bilirubin(2), creatinine(0.8), ALT(1)], 'mild'],
    ['moderate', [...sick(6, 84.8), ...slowly(4), ALT(3), creatinine(1.04)], 'moderate'],
    ['severe by bilirubin and weight', [...sick(8, 84.8), ...slowly(6), ALT(3), creatinine(0.88)], 'severe'],
    ['very severe by bilirubin and weight', [...sick(8, 88), ...slowly(8), ALT(1), creatinine(0.8)], 'very severe'],
    ['dialysis', [...sick(8), bilirubin(2), { resourceType: 'Procedure', snomed: '302497006', at: '0d' }], 'very severe'],
    ['encephalopathy', [...sick(8), bilirubin(2), { icd10: 'G93.40', at: '-1d' }], 'very severe'],
    ['failing kidney and lung', [...sick(8), bilirubin(2), { icd10: 'N17.9', at: '-1d' }, { icd10: 'J96.00', at: '-1d' }], 'very severe'],
  ])('%s', (_, resources, expected) => {
    expect(grade(resources)).toBe(expected)
  })

  test.each([
    ['2.99 mg/dL', bilirubin(2.99), 'mild'], ['3 mg/dL', bilirubin(3), 'moderate'], ['4.99 mg/dL', bilirubin(4.99), 'moderate'], ['5 mg/dL', bilirubin(5), 'severe'],
    ['7.99 mg/dL', bilirubin(7.99), 'severe'], ['8 mg/dL', bilirubin(8), 'very severe'],
    ['51 µmol/L', bilirubin(51, '-1h', { unit: 'umol/L', high: 20 }), 'moderate'], ['50.9 µmol/L', bilirubin(50.9, '-1h', { unit: 'umol/L', high: 20 }), 'mild'],
    ['85 µmol/L', bilirubin(85, '-1h', { unit: 'umol/L', high: 20 }), 'severe'], ['136 µmol/L', bilirubin(136, '-1h', { unit: 'umol/L', high: 20 }), 'very severe'],
  ])('bilirubin %s', (_, result, expected) => {
    const fact = viewOf([...sick(8), result]).fact('vodGradeCourse')
    expect(fact.state === 'present' && fact.text).toMatch(new RegExp(`bilirubin .*: ${expected}$`))
  })

  it('a doubling within 48 h in the episode is severe', () => {
    const fact = viewOf([...sick(8), bilirubin(1, '-97h'), bilirubin(2, '-50h'), bilirubin(2.2)]).fact('vodGradeCourse')
    expect(fact.state === 'present' && fact.text).toContain('bilirubin doubled in 48 h: severe')
  })

  test.each([
    ['9.9 % beside a severe criterion', 87.9, 5, 'severe'], ['9.9 % beside none', 87.9, 2, 'moderate'], ['10 %', 88, 2, 'very severe'],
  ])('weight %s', (_, kg, value, expected) => {
    const fact = viewOf([...sick(8, kg), bilirubin(value)]).fact('vodGradeFluid')
    expect(fact.state === 'present' && fact.text).toMatch(new RegExp(`weight .*: ${expected}$`))
  })

  const moderate = [...sick(6, 84.8), ...slowly(4), ALT(3), creatinine(1.04)]
  const older = { resourceType: 'Patient', birthDate: '1965-01-01' }
  it('two risk factors raise moderate to severe and say so', () => {
    const scope = viewOf([older, ...moderate.slice(1), transplantation(1000)])
    expect([valueIn(scope, 'vodGradeRaw'), valueIn(scope, 'vodGrade'), valueIn(scope, 'vodGradeReason')])
      .toEqual(['moderate', 'severe', 'moderate raised to severe: an earlier transplantation, age'])
  })

  it('one risk factor does not', () => {
    expect(grade([older, ...moderate.slice(1)])).toBe('moderate')
  })

  it('children get no adult grade', () => {
    expect(grade([{ resourceType: 'Patient', birthDate: '2015-01-01' }, ...moderate.slice(1), answer('vodHistology', { valueBoolean: true })])).toBe('missing: not-applicable')
  })

  it('without criteria and without a diagnosis there is nothing to grade', () => {
    expect(grade([...transplanted(10), bilirubin(0.6)])).toBe('missing: not-applicable')
  })

  it('a diagnosis alone is graded by what is known', () => {
    expect(grade([...transplanted(10), { icd10: 'K76.5', at: '-1d' }, ...slowly(6), ALT(6)])).toBe('severe')
  })
})

describe('kidney and lung', () => {
  const affected = (...resources: Parameters<typeof viewOf>[0]) => valueIn(viewOf([...transplanted(10), ...resources]), 'vodOrganDysfunction')
  test.each([
    ['creatinine 1.5 × baseline', creatinine(1.2), true], ['creatinine 1.49 × baseline', creatinine(1.19), false],
    ['a pleural effusion', { icd10: 'J90', at: '-1d' }, true], ['an effusion of before treatment', { icd10: 'J90', at: '-100d' }, false],
    ['a stated need of oxygen', answer('oxygenNeed', { valueBoolean: true }), true], ['hypoxia on record', { icd10: 'R09.02', at: '-1d' }, true],
  ])('%s', (_, resource, expected) => {
    expect(affected(resource)).toBe(expected)
  })

  it('hypoxia that the clinician denies is none', () => {
    expect(affected({ icd10: 'R09.02', at: '-1d' }, answer('oxygenNeed', { valueBoolean: false }))).toBe(false)
  })

  it('dialysis since long before treatment is not a failing organ', () => {
    const scope = viewOf([...transplanted(10), { icd10: 'Z99.2', at: '-900d' }, { resourceType: 'Procedure', snomed: '302497006', at: '-1d' }])
    expect(valueIn(scope, 'vodMultiOrgan')).toBe(false)
  })
})
