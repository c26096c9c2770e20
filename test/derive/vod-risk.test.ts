import { describe, expect, it, test } from 'vitest'
import type { RiskRow } from '../../src/derive/vod-risk.ts'
import { answer, bilirubin, dose, transplantation, transplanted, viewOf } from './vod-record.ts'
import { scopeOf, valueIn } from './scope.ts'

const stateOf = (factor: string, resources: Parameters<typeof viewOf>[0]): string | undefined => {
  const fact = viewOf(resources).fact('vodRiskRows')
  const rows = fact.state === 'present' ? fact.value as readonly RiskRow[] : []
  return rows.find(({ test: name }) => name === factor)?.state
}

describe('risk factors', () => {
  const after = transplanted(10)
  test.each([
    ['one alkylator is not two', 'dualAlkylator', after, 'absent'],
    ['two different alkylators', 'dualAlkylator', [...after, { given: 'busulfan', at: '-15d' }], 'present'],
    ['the same alkylator twice is one', 'dualAlkylator', [...after, { given: 'melphalan', at: '-15d' }], 'absent'],
    ['cyclophosphamide after transplantation is no conditioning', 'dualAlkylator', [...after, { given: 'cyclophosphamide', at: '-7d' }], 'absent'],
    ['agents as stated', 'dualAlkylator', [...after, answer('conditioningAgents', { valueString: 'busulfan, melphalan' })], 'present'],
    ['nothing of conditioning is known', 'thiotepa', [dose(5)], 'not known'],
    ['thiotepa', 'thiotepa', [...after, { given: 'thiotepa', at: '-15d' }], 'present'],
    ['busulfan', 'myeloablative', [...after, { given: 'busulfan', at: '-15d' }], 'present'],
    ['bilirubin at its limit before transplantation', 'bilirubinBeforeHct', [...after, bilirubin(1.2, '-11d')], 'present'],
    ['bilirubin just below it', 'bilirubinBeforeHct', [...after, bilirubin(1.19, '-11d')], 'absent'],
    ['bilirubin after transplantation is another matter', 'bilirubinBeforeHct', [...after, bilirubin(3, '-1d')], 'not known'],
    ['an earlier transplantation', 'priorHct', [...after, transplantation(900)], 'present'],
    ['the transplantation itself is not an earlier one', 'priorHct', after, 'absent'],
    ['a fatty liver of before', 'liverHistory', [...after, { icd10: 'K76.0', at: '-900d' }], 'present'],
    ['liver disease of now is not history', 'liverHistory', [...after, { icd10: 'K76.5', at: '-1d' }], 'absent'],
    ['second salvage', 'laterSalvage', [...after, answer('salvageNumber', { valueInteger: 2 })], 'present'],
    ['first salvage', 'laterSalvage', [...after, answer('salvageNumber', { valueInteger: 1 })], 'absent'],
    ['salvage not known', 'laterSalvage', after, 'not known'],
    ['Karnofsky 80', 'lowKarnofsky', [...after, { loinc: '89243-0', value: 80, at: '-5d' }], 'present'],
    ['Karnofsky 90', 'lowKarnofsky', [...after, { loinc: '89243-0', value: 90, at: '-5d' }], 'absent'],
    ['no ursodiol', 'noUrsodiol', after, 'present'],
    ['ursodiol', 'noUrsodiol', [...after, { ordered: 'ursodiol', at: '-30d' }], 'absent'],
  ])('%s', (_, factor, resources, expected) => {
    expect(stateOf(factor, resources)).toBe(expected)
  })

  test.each([['1970-03-03', 'present'], ['1970-03-04', 'absent']])('born %s at 55 years', (birthDate, expected) => {
    expect(stateOf('age', [{ resourceType: 'Patient', birthDate }, dose(5)])).toBe(expected)
  })

  it('come with their evidence, present and changeable ones first', () => {
    const fact = viewOf([...after, { given: 'busulfan', at: '-15d' }, transplantation(900)]).fact('vodRiskRows')
    const rows = fact.state === 'present' ? fact.value as readonly RiskRow[] : []
    expect(rows.filter(({ state }) => state === 'present').map(({ test: name }) => name)).toEqual(['dualAlkylator', 'noUrsodiol', 'myeloablative', 'priorHct'])
    expect(rows[0]?.evidence).toContain('8.61 (1.52–48.86)')
  })
})

describe('factors that raise the grade', () => {
  it('count two alkylators and thiotepa as one, and ursodiol not at all', () => {
    expect(valueIn(viewOf([...transplanted(10), { given: 'thiotepa', at: '-15d' }]), 'vodRiskFactorCount')).toBe(1)
  })
})

it('before the first dose the table is there as well', () => {
  expect(valueIn(scopeOf({ resources: [], hook: 'order-select' }), 'vodRiskShort')).toBe('no ursodiol: recommended (S0, S3); unproven (S1)')
})
