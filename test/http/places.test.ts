import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Places, places } from '../../src/http/places.ts'

/** Takes places as long as there are any, at most so many. */
function fill(under: Places, client: string, most = 10_000): (() => void)[] {
  const given: (() => void)[] = []
  while (given.length < most && under.hasPlace(client)) given.push(under.take(client))
  return given
}

/** A service whose calls take 5 ms, with 2 s to work them off: 400 places. */
function steady(limitMs = 2_000): Places {
  const under = places(limitMs)
  for (let window = 0; window < 60; window += 1) under.measured(200, 40)
  return under
}

describe('places for calls', () => {
  it('are as many as are worked off in time', () => {
    const under = steady()
    expect(fill(under, 'a')).toHaveLength(400)
    expect(under.hasPlace('a')).toBe(false)
    expect(under.expectedWaitMs('a')).toBeCloseTo(2_000, 0)
  })

  it('are there for a client that comes while another floods, and it waits for its turn only', () => {
    const under = steady()
    fill(under, 'flood')
    expect(under.expectedWaitMs('quiet')).toBeCloseTo(5, 0)
    expect(fill(under, 'quiet')).toHaveLength(200)
    expect(under.hasPlace('flood')).toBe(false)
  })

  it('are taken by whoever comes until nobody would have a turn in time', () => {
    const under = steady()
    for (let client = 0; client < 400; client += 1) expect(fill(under, `c${String(client)}`, 1)).toHaveLength(1)
    expect(under.hasPlace('another')).toBe(false)
  })

  it('are free again when calls end, each once', () => {
    const under = steady()
    const given = fill(under, 'a')
    given.forEach((give) => give())
    given.forEach((give) => give())
    expect(under.expectedWaitMs('a')).toBe(0)
    expect(fill(under, 'a')).toHaveLength(400)
  })

  it('are fewer when calls take longer, and more when they are quick', () => {
    const slow = steady()
    for (let window = 0; window < 60; window += 1) slow.measured(200, 4)
    // What was measured is approached, and never quite reached.
    expect([40, 41]).toContain(fill(slow, 'a').length)
    const quick = steady()
    for (let window = 0; window < 60; window += 1) quick.measured(200, 400)
    expect([3_999, 4_000]).toContain(fill(quick, 'a').length)
  })

  it('are fewer while nothing is finished, and as before once that is over', () => {
    const under = steady()
    const give = under.take('a')
    for (let window = 0; window < 12; window += 1) under.measured(3_000, 0)
    expect(under.hasPlace('b')).toBe(false)
    give()
    for (let window = 0; window < 30; window += 1) under.measured(0, 0)
    expect(fill(under, 'b').length).toBeGreaterThan(150)
  })

  it('are not lost by one pause of the process', () => {
    const under = steady()
    const give = under.take('a')
    under.measured(3_000, 0)
    give()
    under.measured(3_000, 1)
    expect(fill(under, 'a').length).toBeGreaterThanOrEqual(100)
  })

  it('there is always one', () => {
    const under = places(1)
    expect(under.hasPlace('a')).toBe(true)
    under.take('a')
    expect(under.hasPlace('b')).toBe(false)
  })

  it('have no limit when it is 0', () => {
    expect(fill(places(0), 'a', 5_000)).toHaveLength(5_000)
  })

  it('keep every wait within the limit, whoever comes and goes', () => {
    const step = fc.oneof(fc.record({ take: fc.nat(4) }), fc.record({ give: fc.nat() }))
    fc.assert(fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const under = steady(100)
      const held: { client: string; give: () => void }[] = []
      for (const one of steps) {
        if ('give' in one) held.splice(one.give % Math.max(1, held.length), 1).forEach(({ give }) => give())
        else {
          const client = `c${String(one.take)}`
          const wait = under.expectedWaitMs(client)
          expect(under.hasPlace(client)).toBe(wait < 100)
          if (wait < 100) held.push({ client, give: under.take(client) })
          // Nobody waits longer than one who has more calls before it.
          expect(under.expectedWaitMs()).toBeLessThanOrEqual(under.expectedWaitMs(client))
        }
      }
    }))
  })
})
