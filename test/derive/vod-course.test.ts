import { describe, expect, it, test } from 'vitest'
import { dose, transplantation, transplanted, viewOf } from './vod-record.ts'
import { valueIn } from './scope.ts'

describe('the watch window', () => {
  test.each([
    ['56 days after the last dose is inside', [dose(56)], true],
    ['57 days after it is outside', [dose(57)], false],
    ['day 120 after transplantation is inside', [dose(200), transplantation(120)], true],
    ['day 121 after it is outside', [dose(200), transplantation(121)], false],
    ['a transplantation alone, without inotuzumab, is not watched', [transplantation(10)], false],
    ['the day of the dose is inside', [dose(0)], true],
  ])('%s', (_, resources, expected) => {
    expect(valueIn(viewOf(resources), 'vodWatch')).toBe(expected)
  })

  it('is unknown, not closed, while the doses could not be read', () => {
    expect(valueIn(viewOf([], { unread: ['administrations'] }), 'vodWatch')).toBe('missing: unavailable')
  })
})

describe('the transplantation that VOD may follow', () => {
  test.each([
    ['one since treatment began', [dose(60), transplantation(21)], 21],
    ['one before treatment that is still near', [dose(5), transplantation(120)], 120],
    ['not one of long before treatment', [dose(5), transplantation(121)], 'missing: not-applicable'],
    ['none', [dose(5)], 'missing: not-applicable'],
  ])('%s', (_, resources, expected) => {
    expect(valueIn(viewOf(resources), 'vodHctDay')).toBe(expected)
  })

  it('had its conditioning start with the first drug that was given', () => {
    const scope = viewOf(transplanted(10))
    const fact = scope.fact('vodConditioningDate')
    expect(fact.state === 'present' && fact.text).toBe('2025-02-15')
  })

  it('takes no drug of more than 14 days before for conditioning', () => {
    expect(valueIn(viewOf([dose(60), transplantation(10), { given: 'cyclophosphamide', at: '-25d' }]), 'vodConditioningDate')).toBe('missing: not-applicable')
  })
})
