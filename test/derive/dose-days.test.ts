import { describe, expect, test } from 'vitest'
import type { DoseDay, DoseWindow, Guard } from '../../src/derive/dose-days.ts'
import type { Fact } from '../../src/facts/fact.ts'
import { calendarOf } from '../../src/language/calendar.ts'
import { given, open, read, twoSquareMetres, withheld } from './course-record.ts'
import { NOW, type ScopeOptions } from './scope.ts'

const today = calendarOf('UTC').of(NOW).day
const rows = <T>(options: ScopeOptions, name: string): readonly T[] => {
  const fact: Fact = open(options).fact(name)
  return fact.state === 'present' ? fact.value as readonly T[] : [] // sound: the facts of this file are records
}
const days = (options: ScopeOptions) => rows<DoseDay>(options, 'doseDays').map(({ kind, at, label, milligrams, reason }) => [at.day - today, kind, label, milligrams ?? reason])
const windows = (options: ScopeOptions) => rows<DoseWindow>(options, 'doseWindows').map(({ label, from, due, to }) => [label, from.day - today, due.day - today, to.day - today])
const guards = (options: ScopeOptions) => rows<Guard>(options, 'doseGuards').map(({ from, until }) => [from.day - today, until.day - today])

const first = { resources: [...twoSquareMetres, given(-7, 1.6)] }

describe('days of the course', () => {
  test('hold the doses given, those left out with their reason, and the one that is judged, in their order', () => {
    expect(days({ resources: [given(-15, 1.6), withheld(-8, 'Elevated bilirubin')] })).toEqual([[-15, 'given', 'C1D1', 1.6], [-8, 'omitted', undefined, 'Elevated bilirubin'], [0, 'judged', 'C1D15', 1.6]])
  })
  test('name doses that other orders plan before the one that is judged', () => {
    expect(days({ resources: [...first.resources, { ordered: 'inotuzumab', event: '3d', status: 'active' }], planned: '10d' }).map(([day, kind, label]) => [day, kind, label])).toEqual([[-7, 'given', 'C1D1'], [3, 'ordered', 'C1D8'], [10, 'judged', 'C1D15']])
  })
  test('call past orders without any charted dose presumed', () => {
    expect(days({ resources: [{ ordered: 'inotuzumab', event: '-7d', status: 'active' }], order: false })).toEqual([[-7, 'presumed', 'C1D1', undefined]])
  })
  test('are none without dose and order', () => expect(days({ order: false })).toEqual([]))
})

describe('windows of the doses to come', () => {
  test('follow from the dose that is judged, each two days to either side, through the next cycle', () => {
    expect(windows(first)).toEqual([['C1D15', 5, 7, 9], ['C2D1', 12, 14, 16], ['C2D8', 19, 21, 23]])
  })
  test('move with it', () => expect(windows({ ...first, planned: '2d' }).map(([, , due]) => due)).toEqual([9, 14, 21]))
  test('follow a setting of the site', () => expect(windows({ ...first, settings: { dose_window_d: 1 } })[0]).toEqual(['C1D15', 6, 7, 8]))
  test('count from the last dose given where none is judged', () => expect(windows({ ...first, order: false })[0]).toEqual(['C1D8', -2, 0, 2]))
})

describe('days after a dose on which no other may follow', () => {
  test('last from each dose to the first day for another', () => expect(guards(first)).toEqual([[-7, -1], [0, 6]]))
  test('follow a setting of the site', () => expect(guards({ ...first, settings: { min_interval_d: 5 } })[0]).toEqual([-7, -2]))
  test('do not follow a dose that was left out', () => expect(guards({ resources: [withheld(-8, 'No bed')], order: false })).toEqual([]))
})

describe('the next dose', () => {
  test('is the one that is ordered', () => expect([read({ resources: [...first.resources, { ordered: 'inotuzumab', event: '2d', status: 'active' }], order: false }, 'nextDoseOrdered')]).toEqual([true]))
  test('else the one that is due', () => {
    const fact = open({ ...first, order: false }).fact('nextDoseDate')
    expect(fact.state === 'present' && fact.at?.day).toBe(today)
    expect(read({ ...first, order: false }, 'nextDoseOrdered')).toBe(false)
  })
  test('long after the last dose none is expected', () => expect(read({ resources: [given(-60, 1.6)], order: false }, 'nextDoseDate')).toBe('missing: not-applicable'))
})
