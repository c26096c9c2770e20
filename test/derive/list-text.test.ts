import { ENGLISH } from '../../src/language/phrases.ts'
import { describe, expect, it } from 'vitest'
import { listFact, shortened } from '../../src/derive/list-text.ts'

const textOf = (items: readonly string[], length?: number): string => {
  const fact = listFact(items, [], ENGLISH, length)
  return fact.state === 'present' ? fact.text : ''
}

describe('a list for a headline', () => {
  it('shows what fits and counts the rest', () => {
    expect(textOf(['one', 'two', 'three'], 8)).toBe('one, two (+1 more)')
    expect(textOf(['one', 'two', 'three'])).toBe('one, two, three')
    expect(textOf([])).toBe('none')
  })
  it('keeps the order: a short item does not jump over a long one', () => expect(textOf(['one', 'a very long item', 'two'], 10)).toBe('one (+2 more)'))
  it('cuts one long item', () => {
    expect(shortened('x'.repeat(70), 66)).toHaveLength(66)
    expect(shortened('x'.repeat(66), 66)).toBe('x'.repeat(66))
    expect(textOf(['x'.repeat(200)]).length).toBeLessThanOrEqual(92)
  })
})
