import { describe, expect, test } from 'vitest'
import { answerTo, casesOf, QUIET } from './calls.ts'

describe('nothing is said at signature about a patient in order', () => {
  test.each(casesOf(QUIET).filter(({ name }) => name.endsWith('order-sign')))('$name', async ({ call, site }) => {
    const { response } = await answerTo(call(), site)
    expect(response.cards).toEqual([])
  })
})
