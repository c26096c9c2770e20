import { describe, expect, test } from 'vitest'
import { surfaceArea } from '../../src/derive/sizes.ts'
import { born, given, height, open, read, reads, twoSquareMetres, weight, withSettings } from './course-record.ts'

describe('body surface area', () => {
  test.each([
    [180, 80, 2.0, 1.9964], [170, 70, 1.8181, 1.8097], [178, 85, 2.0501, undefined], [165, 60, 1.6583, undefined], [175, 140, 2.6087, 2.4813], [110, 19, 0.7619, undefined],
  ])('of %d cm and %d kg is %d m² by Mosteller', (cm, kg, mosteller, dubois) => {
    expect(surfaceArea('mosteller', cm, kg)).toBeCloseTo(mosteller, 4)
    if (dubois !== undefined) expect(surfaceArea('dubois', cm, kg)).toBeCloseTo(dubois, 4)
  })
  test('of 180 cm and 80 kg is exactly 2', () => expect(surfaceArea('mosteller', 180, 80)).toBe(2))
  test('follows the formula of the site', () => expect(read({ resources: twoSquareMetres, settings: { bsa_formula: 'dubois' } }, 'bsa')).toBeCloseTo(1.9964, 4))
  test('is capped where the site has a cap', () => expect(read({ resources: twoSquareMetres, content: withSettings({ bsa_cap_m2: 1.8 }) }, 'bsa')).toBe(1.8))
  test('is not known without a height', () => expect(read({ resources: [weight(80)] }, 'bsa')).toBe('missing: absent'))
  test('an unknown formula is a mistake of the program', () => expect(() => surfaceArea('haycock', 180, 80)).toThrow(TypeError))
})

describe('believable sizes', () => {
  const adult = born('1980-01-01')
  const child = born('2020-01-01')
  test.each([
    [3.2, [height(200), weight(184.32), adult], true], [3.21, [height(200), weight(185.5), adult], false],
    [0.3, [height(54), weight(6), child], true], [2.21, [height(180), weight(97.8), child], false],
  ])('an area of %d m² is judged by age', (_, resources, isUsed) => {
    expect(typeof read({ resources }, 'bsa') === 'number').toBe(isUsed)
  })
  test.each([[119, 60], [221, 90], [170, 29], [170, 251]])('%d cm and %d kg of an adult are asked about', (cm, kg) => {
    expect(read({ resources: [height(cm), weight(kg), adult] }, 'staleSizes')).toHaveLength(1)
  })
  test.each([[120, 60], [220, 90], [170, 30], [170, 250]])('%d cm and %d kg of an adult are not', (cm, kg) => {
    expect(read({ resources: [height(cm), weight(kg), adult] }, 'staleSizes')).toEqual([])
  })
})

describe('the age of height and weight', () => {
  const stale = (weightAt: string, heightAt: string, birth = '1980-01-01', more: readonly ReturnType<typeof given>[] = []) =>
    read({ resources: [weight(80, weightAt), height(180, heightAt), born(birth), ...more] }, 'staleSizes')
  test('a weight of 7 days counts on Day 1', () => expect(stale('-7d', '-90d')).toEqual([]))
  test('a weight of 8 days does not', () => expect(stale('-8d', '-90d')).toEqual(['weight of 2025-02-23']))
  test('on Day 8 a weight of 14 days counts', () => expect(stale('-14d', '-90d', undefined, [given(-7, 1.6)])).toEqual([]))
  test('on Day 8 a weight of 15 days does not', () => expect(stale('-15d', '-90d', undefined, [given(-7, 1.6)])).toHaveLength(1))
  test('the height of an adult counts for 365 days', () => expect([stale('-1d', '-365d'), stale('-1d', '-366d')]).toEqual([[], ['height of 2024-03-02']]))
  test('the height of a child counts for 30 days', () => expect([stale('-1d', '-30d', '2010-01-01'), stale('-1d', '-31d', '2010-01-01')]).toEqual([[], ['height of 2025-01-31']]))
  test('an unreadable newer weight does not leave the older one current', () => {
    expect(read({ resources: [...twoSquareMetres, { loinc: '29463-7', value: 81, at: '-1h' }] }, 'staleSizes')).toEqual(['weight not readable'])
  })
  test('nothing on file', () => expect(read({ resources: [] }, 'staleSizes')).toEqual(['weight missing', 'height missing']))
})

describe('the weight of a cycle', () => {
  const onDay8 = [height(180), weight(80, '-8d'), weight(88, '-1d'), given(-7, 1.6)]
  test('is the one of its Day 1', () => expect(reads({ resources: onDay8 }, 'dosingWeight', 'currentWeight')).toEqual([80, 88]))
  test('the change is against it', () => expect(read({ resources: onDay8 }, 'weightChangePct')).toBe(10))
  test('on Day 1 it is the newest', () => expect(read({ resources: [height(180), weight(80, '-8d'), weight(88, '-1d')] }, 'weightChangePct')).toBe(0))
  test('one long before Day 1 is not used when a newer one exists', () => {
    expect(read({ resources: [height(180), weight(80, '-40d'), weight(70, '-2d'), given(-7, 1.6)] }, 'dosingWeight')).toBe(70)
  })
  test('a loss is told as its size too', () => expect(reads({ resources: [height(180), weight(80, '-8d'), weight(72, '-1d'), given(-7, 1.6)] }, 'weightChangePct', 'weightChangeSizePct')).toEqual([-10, 10]))
})

test('age is counted in completed years on the planned date', () => {
  expect(read({ resources: [born('2007-03-03')] }, 'age')).toBe(18)
  expect(read({ resources: [born('2007-03-04')] }, 'age')).toBe(17)
  expect(read({ resources: [born('2007-03-04')], planned: '+1d' }, 'age')).toBe(18)
  expect(open({}).fact('age').state).toBe('missing')
})
