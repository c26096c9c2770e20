import { describe, expect, test } from 'vitest'
import type { ShortResource } from '../../src/content/example-resources.ts'
import type { Hold, ReleaseLine } from '../../src/derive/holds.ts'
import type { Fact } from '../../src/facts/fact.ts'
import { given, open, withheld } from './course-record.ts'
import type { ScopeOptions } from './scope.ts'

const bilirubin = (value: number, day: number, high: number | null = 1.2): ShortResource => ({ loinc: '1975-2', value, unit: 'mg/dL', at: `${String(day)}d`, ...(high === null ? {} : { high }) })
const neutrophils = (value: number, day: number): ShortResource => ({ loinc: '751-8', value, unit: '10*9/L', at: `${String(day)}d` })

const rows = <T>(options: ScopeOptions, name: string): readonly T[] => {
  const fact: Fact = open(options).fact(name)
  return fact.state === 'present' ? fact.value as readonly T[] : [] // sound: the facts of this file are records
}
const holdsOf = (resources: readonly ShortResource[], more: Partial<ScopeOptions> = {}) =>
  rows<Hold>({ resources, ...more }, 'holds').map(({ isOpen, delay, length, counts, reason }) => ({ isOpen, delay, length, counts, reason }))
const line = (resources: readonly ShortResource[], measurement: string, more: Partial<ScopeOptions> = {}) => rows<ReleaseLine>({ resources, ...more }, 'releaseChecklist').find((one) => one.measurement === measurement)

describe('a dose that waits', () => {
  test.each([[9, 0], [10, 1]])('Day 8 on day %d: %d holds, because a dose may move by two days', (k, count) => expect(holdsOf([given(-k, 1.6)])).toHaveLength(count))

  test('has its clock from the due date, and what counts as interruption ends with recovery', () => {
    expect(holdsOf([given(-22, 1.6), bilirubin(1.9, -15), bilirubin(1.0, -5), withheld(-15, 'Elevated bilirubin')])).toEqual([{ isOpen: true, delay: 15, length: 10, counts: true, reason: 'non-hematologic' }])
  })

  test('for convenience it does not count towards reduction', () => {
    expect(holdsOf([given(-22, 1.6), withheld(-15, 'No bed')])).toMatchObject([{ isOpen: true, delay: 15, counts: false, reason: 'logistics' }])
  })

  test('without any reason none is made up', () => expect(holdsOf([given(-22, 1.6)])).toMatchObject([{ delay: 15, reason: undefined, counts: false }]))
})

describe('a dose that waited', () => {
  const history = [given(-40, 1.6), bilirubin(1.9, -33), bilirubin(0.8, -22), given(-20, 1)]
  test('stays on the course with the day of recovery and the limits at its end', () => {
    const [past] = rows<Hold>({ resources: history, planned: '0d' }, 'holds')
    expect(past).toMatchObject({ isOpen: false, delay: 13, length: 11, reason: 'non-hematologic', counts: true })
    expect(past?.recovered && past.recovered.day - past.due.day).toBe(11)
    expect(past?.checklist.find(({ measurement }) => measurement === 'bili')).toMatchObject({ text: '0.8 mg/dL', ok: true })
  })
})

describe('the release checklist', () => {
  test.each([[1.8, true], [1.81, false]])('bilirubin %d with a limit of 1.2 is met: %s', (value, ok) => expect(line([given(-7, 1.6), bilirubin(value, -1)], 'bili')).toMatchObject({ ok, limit: 1.5, uln: 1.2 }))
  test('without its own limit of normal it cannot be told', () => expect(line([given(-7, 1.6), bilirubin(1, -1, null)], 'bili')).toMatchObject({ text: '1 mg/dL', ok: undefined }))
  test('without a result it cannot be told', () => expect(line([given(-7, 1.6)], 'alt')).toMatchObject({ ok: undefined, limit: 2.5 }))
  test('counts are asked only before the first dose of a cycle', () => {
    expect(line([given(-7, 1.6), neutrophils(0.4, -1)], 'ancCount')).toBeUndefined()
    const cycle = [given(-21, 1.6), given(-14, 1), given(-7, 1)]
    expect(line([...cycle, neutrophils(0.99, -1)], 'ancCount')).toMatchObject({ ok: false, limit: 1 })
    expect(line([...cycle, neutrophils(1, -1)], 'ancCount')).toMatchObject({ ok: true })
  })
  test('limits are those of the site', () => expect(line([given(-7, 1.6), bilirubin(2, -1)], 'bili', { settings: { bili_hold_xuln: 2 } })).toMatchObject({ ok: true, limit: 2 }))
})
