import { describe, expect, it, test } from 'vitest'
import { criteriaOf, isSuspicious, type Picture } from '../../src/derive/vod-criteria.ts'
import type { SignKey } from '../../src/derive/vod-signs.ts'
import { adult, answer, ascites, bilirubin, dose, enlargedLiver, liverPain, transplanted, viewOf, weight } from './vod-record.ts'
import { valueIn } from './scope.ts'

const OPTIONS = { classicalUntil: 21, besideBilirubin: 2, suspicious: 2, withPressure: 1, is2023: false, isChild: false }
const picture = (signs: readonly SignKey[], hctDay: number | undefined, rest: Partial<Picture> = {}): Picture =>
  ({ signs: new Set(signs), hctDay, isProven: false, hasEvidence: false, isPressureHigh: false, ...rest })
const THREE: readonly SignKey[] = ['bilirubin', 'weight', 'ascites']

describe('EBMT 2016', () => {
  test.each([
    ['bilirubin and two signs on day 21 are classical', picture(THREE, 21), 'classical'],
    ['on day 22 the same are late', picture(THREE, 22), 'late'],
    ['on day 0 they are classical', picture(THREE, 0), 'classical'],
    ['bilirubin and one sign are not enough', picture(['bilirubin', 'weight'], 10), undefined],
    ['three signs without bilirubin are not enough', picture(['weight', 'ascites', 'painfulHepatomegaly'], 10), undefined],
    ['two signs with imaging are not enough by day 21', picture(['weight', 'ascites'], 21, { hasEvidence: true }), undefined],
    ['two signs with imaging are late from day 22', picture(['weight', 'ascites'], 22, { hasEvidence: true }), 'late'],
    ['one sign with imaging is not enough', picture(['weight'], 22, { hasEvidence: true }), undefined],
    ['histology counts at any time', picture([], 5, { isProven: true }), 'proven'],
    ['without transplantation two signs with imaging count', picture(['bilirubin', 'weight'], undefined, { hasEvidence: true }), 'without'],
    ['without transplantation bilirubin and two signs count', picture(THREE, undefined), 'without'],
    ['without transplantation two signs do not', picture(['bilirubin', 'weight'], undefined), undefined],
  ])('%s', (_, given, expected) => {
    expect(criteriaOf(given, OPTIONS)).toBe(expected)
  })

  it('are not applied to children, but histology is', () => {
    expect([criteriaOf(picture(THREE, 10), { ...OPTIONS, isChild: true }), criteriaOf(picture([], 10, { isProven: true }), { ...OPTIONS, isChild: true })]).toEqual([undefined, 'proven'])
  })
})

describe('EBMT 2023, where switched on', () => {
  const refined = { ...OPTIONS, is2023: true }
  test.each([
    ['a raised pressure proves', picture([], 10, { isPressureHigh: true }), 'proven'],
    ['bilirubin and two signs are clinical', picture(THREE, 30), 'late'],
    ['two signs with imaging are only probable', picture(['weight', 'ascites'], 30, { hasEvidence: true }), undefined],
  ])('%s', (_, given, expected) => {
    expect(criteriaOf(given, refined)).toBe(expected)
  })

  it('counts imaging as a sign for suspicion', () => {
    expect([isSuspicious(picture(['weight'], 30, { hasEvidence: true }), refined), isSuspicious(picture(['weight'], 30, { hasEvidence: true }), OPTIONS)]).toEqual([true, false])
  })
})

describe('suspicion', () => {
  test.each([
    ['two signs', picture(['weight', 'ascites'], 10), true],
    ['one sign', picture(['weight'], 10), false],
    ['one sign and a raised pressure by day 21', picture(['weight'], 21, { isPressureHigh: true }), true],
    ['the same on day 22', picture(['weight'], 22, { isPressureHigh: true }), false],
    ['a raised pressure alone', picture([], 10, { isPressureHigh: true }), false],
  ])('%s', (_, given, expected) => {
    expect(isSuspicious(given, OPTIONS)).toBe(expected)
  })
})

describe('from the record', () => {
  const met = (resources: Parameters<typeof viewOf>[0], options = {}) => valueIn(viewOf(resources, options), 'vodCriteriaMet')

  it('2.0 mg/dL, 84.1 kg and ascites on day 10 fulfil the criteria', () => {
    expect(met([...transplanted(10), bilirubin(2), weight(84.1), ascites()])).toBe(true)
  })

  it('84.0 kg instead does not, but is suspicious', () => {
    const resources = [...transplanted(10), bilirubin(2.5), weight(84), ascites()]
    expect([met(resources), valueIn(viewOf(resources), 'vodSuspected')]).toEqual([false, true])
  })

  it('34 µmol/L, 84.8 kg and painful hepatomegaly do', () => {
    expect(met([...transplanted(10), bilirubin(34, '-1h', { unit: 'umol/L', high: 20.5 }), weight(84.8), enlargedLiver(), liverPain()])).toBe(true)
  })

  test.each([
    ['a coded reversed flow', { text: 'Portal vein flow direction by Doppler', answer: { text: 'Reversed (hepatofugal)' }, at: '-1h' }, true],
    ['a flow that is not reversed', { text: 'Portal vein flow direction by Doppler', answer: { text: 'Not reversed' }, at: '-1h' }, false],
    ['a flow of three weeks ago', { text: 'Portal vein flow direction by Doppler', answer: { text: 'Reversed' }, at: '-20d' }, false],
    ['a coded conclusion of the Doppler', { resourceType: 'DiagnosticReport', text: 'Liver Doppler', at: '-1h', conclusionCode: [{ text: 'Reversed portal venous flow' }] }, true],
    ['words only', { resourceType: 'DiagnosticReport', text: 'Liver Doppler', at: '-1h', conclusion: 'Reversed portal venous flow' }, false],
    ['a statement', answer('vodImaging', { valueBoolean: true }), true],
    ['a pressure gradient of 10 mmHg', answer('hepaticVenousPressureGradient', { valueDecimal: 10 }), true],
    ['one of 9.9 mmHg', answer('hepaticVenousPressureGradient', { valueDecimal: 9.9 }), false],
    ['a measured one', { text: 'Hepatic venous pressure gradient', value: 12, unit: 'mm[Hg]', at: '-1d' }, true],
  ])('on day 22 two signs with %s', (_, evidence, expected) => {
    expect(met([...transplanted(22), bilirubin(2), weight(84.1), evidence])).toBe(expected)
  })

  it('a statement against imaging outranks what is coded', () => {
    const flow = { text: 'Portal vein flow direction by Doppler', answer: { text: 'Reversed' }, at: '-1h' }
    expect(met([...transplanted(22), bilirubin(2), weight(84.1), flow, answer('vodImaging', { valueBoolean: false })])).toBe(false)
  })

  it('histology counts as stated or as a coded biopsy', () => {
    const biopsy = { resourceType: 'DiagnosticReport', text: 'Transjugular liver biopsy', at: '-1d', conclusionCode: [{ coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'K76.5' }] }] }
    expect([met([adult, dose(20), biopsy]), met([adult, dose(20), answer('vodHistology', { valueBoolean: true })])]).toEqual([true, true])
  })

  it('a child of 17 years gets signs and suspicion only', () => {
    const child = { resourceType: 'Patient', birthDate: '2007-03-04' }
    const resources = [child, ...transplanted(10).slice(1), bilirubin(2), weight(84.1), ascites()]
    expect([met(resources), valueIn(viewOf(resources), 'vodSuspected')]).toEqual([false, true])
  })

  it('is unknown while results could not be read', () => {
    expect(met([...transplanted(10), ascites()], { unread: ['labs'] })).toBe('missing: unavailable')
  })
})
