import { describe, expect, it } from 'vitest'
import { coverageOf } from '../../src/fhir/coverage.ts'
import { any, bundle, ecog, ejectionFraction, FULL, KEYS, lab, localResult, outcome, outcomeEntry, PATIENT, patient, plans, qtcf, weight, without, withNext } from './records.ts'

const cover = (prefetch: Readonly<Record<string, unknown>>) => coverageOf(prefetch, plans, PATIENT)
const lacking = (prefetch: Readonly<Record<string, unknown>>) => Object.fromEntries(cover(prefetch).shortfalls)
const renamed = (prefetch: Readonly<Record<string, unknown>>) => Object.fromEntries(Object.values(prefetch).map((value, i) => [`item${i}`, value]))
const entriesOf = (...keys: readonly string[]): object[] => keys.flatMap((key) => {
  const value = FULL[key] as { resourceType: string; entry?: { resource: object }[] } // sound: FULL holds one Patient and Bundles, made by this folder
  return value.resourceType === 'Patient' ? [value] : value.entry?.map(({ resource }) => resource) ?? []
})
const everything = bundle(...entriesOf(...KEYS))

describe('keys of their own names', () => {
  it('cover all sources when all are sent', () => expect(lacking(FULL)).toEqual({}))
  it('leave every source open when nothing is sent', () => expect(Object.keys(lacking({}))).toEqual(KEYS))
  it.each(KEYS)('leave %s alone open when it alone is missing', (key) => expect(lacking(without(key))).toEqual({ [key]: 'not-sent' }))
  it.each(KEYS)('take null under %s for "nothing found"', (key) => expect(lacking({ ...FULL, [key]: null })).toEqual({}))
  it.each(KEYS)('take an empty Bundle under %s for "nothing found"', (key) => expect(lacking({ ...FULL, [key]: bundle() })).toEqual({}))
  it.each(KEYS)('take an error under %s for a failure', (key) => expect(lacking({ ...FULL, [key]: outcome('error') })).toEqual({ [key]: 'failed' }))
  it.each(KEYS)('take a text under %s for unreadable', (key) => expect(lacking({ ...FULL, [key]: 'x' })).toEqual({ [key]: 'unreadable' }))

  it('take a resource of another kind for unreadable, and count it', () => {
    const coverage = cover({ ...FULL, labs: any('Encounter', 'n1') })
    expect(Object.fromEntries(coverage.shortfalls)).toEqual({ labs: 'unreadable' })
    expect(coverage.irregularities.unreadable).toBe(1)
  })
  it('take results without category and known code as what the key says', () => expect(lacking({ ...FULL, labs: bundle(localResult('l1')) })).toEqual({}))
  it('ask again for what came with an error', () =>
    expect(lacking({ ...FULL, labs: { resourceType: 'Bundle', entry: [{ resource: lab('l1') }, outcomeEntry('error')] } })).toEqual({ labs: 'incomplete' }))
  it('continue what came as a first page', () => {
    const { shortfalls, continuations } = cover({ ...FULL, labs: withNext(bundle(lab('l1')), 'n1') })
    expect([[...shortfalls], continuations]).toEqual([[], [{ urls: ['n1'], keys: ['labs'] }]])
  })
})

describe('keys of other names', () => {
  it('cover by their content', () => expect(lacking(renamed(FULL))).toEqual({}))
  it('cover by what is left of them when they are empty', () => expect(lacking(renamed({ ...FULL, ecg: null, allergies: bundle() }))).toEqual({}))
  it('cannot say which source was searched when there are too few empty ones', () => {
    const { ecg: _, ...rest } = FULL
    expect(lacking(renamed({ ...rest, allergies: bundle() }))).toEqual({ ecg: 'not-sent', allergies: 'not-sent' })
  })
  it('cannot stand for a source when a search under an unknown key failed', () =>
    expect(lacking(renamed({ ...FULL, ecg: outcome('error'), allergies: null }))).toEqual({ ecg: 'not-sent', allergies: 'not-sent' }))
  it('do not let empty ones stand for it either', () =>
    expect(lacking({ ...renamed({ ...FULL, ecg: outcome('error'), allergies: null }), more: null })).toEqual({ ecg: 'not-sent', allergies: 'not-sent' }))
  it('cover a split source', () => {
    const { labs: _, ...rest } = FULL
    expect(lacking({ ...rest, item1: bundle(lab('l1')), item2: bundle(lab('l2')) })).toEqual({})
  })
  it('leave a split source incomplete when one part is', () => {
    const { labs: _, ...rest } = FULL
    const broken = { resourceType: 'Bundle', entry: [{ resource: lab('l2') }, outcomeEntry('error')] }
    expect(lacking({ ...rest, item1: bundle(lab('l1')), item2: broken })).toEqual({ labs: 'incomplete' })
  })
  it('may be swapped', () => expect(lacking({ ...FULL, conditions: FULL['allergies'], allergies: FULL['conditions'] })).toEqual({}))
  it('may hold one resource without a Bundle', () => {
    const { medications: _, ...rest } = FULL
    expect(lacking({ ...rest, item2: any('MedicationRequest', 'm1') })).toEqual({})
  })
  it('may hold what is none of ours', () => expect(lacking({ ...FULL, item9: bundle(any('Encounter', 'n1')), '-user': any('Practitioner', 'y') })).toEqual({}))
  it('do not let a Medication stand for orders', () => {
    const { medications: _, administrations: __, ...rest } = FULL
    expect(lacking({ ...rest, item1: bundle(any('MedicationAdministration', 'a1'), any('Medication', 'd1')) })).toEqual({ medications: 'not-sent' })
  })
  it('do not let results of two categories look like two sources', () => {
    const { ecg: _, assessments: __, ...rest } = FULL
    expect(lacking({ ...rest, item1: bundle(qtcf('e1'), ejectionFraction('e2')) })).toEqual({ assessments: 'not-sent' })
  })
})

describe('merged keys', () => {
  it('cover everything, also what the record lacks', () => {
    expect(lacking({ all: everything })).toEqual({})
    expect(lacking({ all: bundle(...entriesOf('patient', 'labs', 'conditions', 'procedures')) })).toEqual({})
  })
  it('do not overrule a key of its own', () => expect(lacking({ all: everything, labs: outcome('error') })).toEqual({ labs: 'failed' }))
  it('cover Observations alone when they mix Observations alone', () =>
    expect(Object.keys(lacking({ observations: bundle(lab('l1'), weight('v1')) }))).toEqual(KEYS.filter((key) => !['labs', 'vitals', 'ecg', 'assessments'].includes(key))))
  it('do not cover what lies with a search that failed', () =>
    expect(lacking({ ...without('allergies', 'labs', 'vitals', 'ecg'), all: bundle(lab('l1'), weight('v1')), more: outcome('error') })).toEqual({ ecg: 'not-sent', allergies: 'not-sent' }))
  it('are one list: a next page belongs to all of them', () => {
    const { shortfalls, continuations } = cover({ all: withNext(everything, 'n1') })
    expect([[...shortfalls], continuations.map(({ urls, keys }) => [urls, [...keys].sort()])]).toEqual([[], [[['n1'], [...KEYS].sort()]]])
  })
  it('under a name of ours count as sent, but are worth a look', () =>
    expect(lacking({ ...without('vitals', 'ecg', 'labs'), labs: bundle(lab('l1'), weight('v1'), qtcf('e1')) })).toEqual({ vitals: 'stray', ecg: 'stray' }))
  it('under a name of ours are more than one stray source', () =>
    expect(lacking({ labs: bundle(lab('l1'), any('Condition', 'c1')) })).toMatchObject({ conditions: 'stray', procedures: 'not-sent' }))
  it('under a name of ours that go on leave the strays incomplete', () =>
    expect(lacking({ ...without('conditions'), labs: withNext(bundle(lab('l1'), any('Condition', 'c1')), 'n1') })).toEqual({ conditions: 'incomplete' }))
  it('do not wait for further pages of a source that is asked for afresh', () => {
    const { continuations } = cover({ all: withNext(everything, 'n1'), labs: outcome('error') })
    expect(continuations.flatMap(({ keys }) => keys)).not.toContain('labs')
  })
  it('let a Patient ride along without being a mixture', () => expect(lacking({ item1: bundle(lab('l1'), patient()) })).toMatchObject({ vitals: 'not-sent', conditions: 'not-sent' }))
  it('under the key of the patient are opened', () => expect(lacking({ patient: everything })).not.toMatchObject({ patient: expect.anything() }))
})

describe('resources of another patient', () => {
  const stranger = { subject: { reference: 'Patient/p2' } }
  it('are discarded and counted', () => {
    const { resources, irregularities, shortfalls } = cover({ ...FULL, labs: bundle(lab('l1'), lab('l2', stranger), lab('l3', stranger)) })
    expect([resources.some(({ id }) => id === 'l2' || id === 'l3'), irregularities.discarded, shortfalls.size]).toEqual([false, 2, 0])
  })
  it('do not count as a search of this patient', () => expect(lacking({ ...FULL, labs: bundle(lab('l1', stranger)) })).toEqual({ labs: 'other-patient' }))
  it('include the Patient itself', () => expect(lacking({ ...FULL, patient: patient('p2') })).toEqual({ patient: 'other-patient' }))
  it('do not include those named by the fullUrl of this Patient', () => {
    const sent = { resourceType: 'Bundle', entry: [{ fullUrl: 'urn:uuid:11', resource: patient() }, { resource: lab('l1', { subject: { reference: 'urn:uuid:11' } }) }] }
    expect(cover({ ...FULL, labs: sent }).irregularities.discarded).toBe(0)
  })
})

it('leaves the prefetch as it was', () => {
  const before = structuredClone(FULL)
  cover(FULL)
  expect(FULL).toEqual(before)
})

it('keeps quiet about clients that wrap, but counts them', () => {
  const { shortfalls, irregularities } = cover({ ...FULL, patient: { resource: patient() }, assessments: { resource: bundle(ecog('s1')) } })
  expect([shortfalls.size, irregularities.wrapped]).toEqual([0, 2])
})
