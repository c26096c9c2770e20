import { describe, expect, it } from 'vitest'
import type { ScopeOptions } from './scope.ts'
import { scopeOf, valueIn } from './scope.ts'

type Resources = NonNullable<ScopeOptions['resources']>
const read = (resources: Resources, options: ScopeOptions = {}) => ['vodActiveOrSevere', 'vodResolved'].map((name) => valueIn(scopeOf({ ...options, resources }), name))
const severity = (text: string) => ({ severity: { text } })
const vod = (rest: object = {}) => ({ icd10: 'K76.5', at: '-700d', ...rest })
const resolved = { clinical: 'resolved' }
const dose = (at: string) => ({ given: 'inotuzumab ozogamicin', at, mg: 1.6 })

describe('veno-occlusive disease before inotuzumab', () => {
  it.each([
    ['active', [vod()], [true, false]],
    ['active and mild', [vod(severity('Mild'))], [true, false]],
    ['resolved and moderate', [vod({ ...resolved, ...severity('Moderate') })], [false, true]],
    ['resolved, severity not recorded', [vod(resolved)], [false, true]],
    ['resolved and severe', [vod({ ...resolved, ...severity('Severe') })], [true, false]],
    ['resolved and very severe', [vod({ ...resolved, ...severity('Very severe') })], [true, false]],
    ['severe by its stage', [vod({ ...resolved, stage: [{ summary: { text: 'EBMT severe' } }] })], [true, false]],
    ['inactive', [vod({ clinical: 'inactive' })], [false, true]],
    ['without a status but with an end', [vod({ clinicalStatus: undefined, abatementDateTime: '-690d' })], [false, true]],
    ['without a status and without an end', [vod({ clinicalStatus: undefined })], [true, false]],
    ['one resolved, one active', [vod(resolved), vod({ at: '-30d' })], [true, true]],
    ['refuted', [vod({ verification: 'refuted' })], [false, false]],
    ['none', [], [false, false]],
  ])('%s', (_, resources, expected) => {
    expect(read(resources)).toEqual(expected)
  })
  it('still counts for later doses', () => {
    expect(read([vod(), dose('-7d')])).toEqual([true, false])
  })
  it('ends where treatment began: later disease has a rule of its own', () => {
    expect(read([vod({ at: '-7d' }), dose('-7d')])).toEqual([false, false])
    expect(read([vod({ at: '-8d' }), dose('-7d')])).toEqual([true, false])
    expect(read([vod({ at: undefined }), dose('-7d')])).toEqual([false, false])
  })
  it('is unknown while the problem list cannot be read', () => {
    expect(read([], { unread: ['conditions'] })).toEqual(['missing: unavailable', 'missing: unavailable'])
  })
  it('is told with date, severity and state', () => {
    const fact = scopeOf({ resources: [vod({ ...resolved, text: 'Hepatic VOD' })] }).fact('vodResolved')
    expect(fact).toMatchObject({ text: 'Hepatic VOD since 2023-04-03, severity not recorded, resolved' })
  })
})
