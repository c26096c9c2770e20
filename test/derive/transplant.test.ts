import { describe, expect, it } from 'vitest'
import { loadContent } from '../content/loaded.ts'
import { scopeOf as openScopeOf, type ScopeOptions, valueIn } from './scope.ts'

const content = loadContent()
/** With the shipped content, read once; other settings need their own. */
const scopeOf = (options: ScopeOptions) => openScopeOf(options.settings ? options : { ...options, content })

type Resources = NonNullable<ScopeOptions['resources']>
const read = (name: string, resources: Resources = [], options: ScopeOptions = {}): unknown => valueIn(scopeOf({ ...options, resources }), name)
const textIn = (name: string, resources: Resources): string => {
  const fact = scopeOf({ resources }).fact(name)
  return fact.state === 'present' ? fact.text : fact.detail
}
const dayIn = (name: string, resources: Resources, options: ScopeOptions = {}): string => {
  const fact = scopeOf({ ...options, resources }).fact(name)
  return fact.state === 'present' ? fact.text : fact.why
}
const allo = { coding: [{ system: 'http://snomed.info/sct', code: '58390007' }] }
const request = (rest: object = {}) => ({ resourceType: 'ServiceRequest', code: allo, authoredOn: '-10d', ...rest })
const answer = (key: string, value: object, date = '2025-03-03') => ({ url: 'urn:ino-cds:assertion', extension: [{ url: 'key', valueCode: key }, { url: 'value', ...value }, { url: 'date', valueDateTime: date }] })
const reasoned = { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/request-statusReason', valueCodeableConcept: { text: 'Not eligible for transplant' } }] }
const performed = (at: string, rest: object = {}) => ({ resourceType: 'Procedure', code: allo, performedDateTime: at, ...rest })

describe('whether a transplantation is planned', () => {
  it.each([
    ['an active order', [request()], 'planned'],
    ['a drafted order', [request({ status: 'draft' })], 'planned'],
    ['an order of any donor by its words', [{ resourceType: 'ServiceRequest', text: 'Stem cell transplant' }], 'planned'],
    ['an order that is only proposed', [request({ intent: 'proposal' })], 'undecided'],
    ['an order in the category of referrals', [request({ category: [{ text: 'Referral' }] })], 'undecided'],
    ['a referral', [{ resourceType: 'ServiceRequest', text: 'Transplant evaluation' }], 'undecided'],
    ['a revoked order without a reason', [request({ status: 'revoked' })], 'undecided'],
    ['a revoked order with the reason', [request({ status: 'revoked', ...reasoned })], 'not-planned'],
    ['a revoked order with the reason in a note', [request({ status: 'revoked', note: [{ text: 'Patient is not eligible for transplantation.' }] })], 'not-planned'],
    ['an order not to do it', [request({ doNotPerform: true })], 'not-planned'],
    ['entered in error', [request({ status: 'entered-in-error' })], 'missing: absent'],
    ['an accepted donor search', [{ resourceType: 'ServiceRequest', text: 'Donor search' }], 'planned'],
    ['a drafted donor search', [{ resourceType: 'ServiceRequest', text: 'Donor search', status: 'draft' }], 'undecided'],
    ['a booked appointment', [{ resourceType: 'Appointment', status: 'booked', serviceType: [allo], start: '+20d' }], 'planned'],
    ['a proposed appointment', [{ resourceType: 'Appointment', status: 'proposed', serviceType: [allo], start: '+20d' }], 'undecided'],
    ['a cancelled appointment', [{ resourceType: 'Appointment', status: 'cancelled', serviceType: [allo], start: '+20d' }], 'missing: absent'],
    ['an appointment of the transplant clinic', [{ resourceType: 'Appointment', status: 'booked', serviceType: [{ text: 'Bone marrow transplant clinic' }], start: '+20d' }], 'undecided'],
    ['a plan with the activity', [{ resourceType: 'CarePlan', title: 'Relapse', activity: [{ detail: { status: 'scheduled', code: allo, scheduledPeriod: { start: '+20d' } } }] }], 'planned'],
    ['a plan whose activity was cancelled', [{ resourceType: 'CarePlan', title: 'Relapse', activity: [{ detail: { status: 'cancelled', code: allo } }] }], 'missing: absent'],
    ['a completed plan', [{ resourceType: 'CarePlan', status: 'completed', title: 'Relapse', activity: [{ detail: { status: 'completed', code: allo } }] }], 'missing: absent'],
    ['a group of orders with the step', [{ resourceType: 'RequestGroup', status: 'active', action: [{ title: 'Week 8', action: [{ title: 'Allogeneic stem cell transplantation' }] }] }], 'planned'],
    ['a plan of conditioning', [{ resourceType: 'CarePlan', title: 'Conditioning regimen' }], 'planned'],
    ['an order of busulfan', [{ ordered: 'busulfan', event: '+20d' }], 'planned'],
    ['an order of cyclophosphamide', [{ ordered: 'cyclophosphamide', event: '+20d' }], 'missing: absent'],
    ['not eligible on the problem list', [{ resourceType: 'Condition', text: 'Not eligible for transplantation', at: '-5d' }], 'not-planned'],
    ['not eligible as a flag', [{ resourceType: 'Flag', status: 'active', text: 'Not a transplant candidate' }], 'not-planned'],
    ['not eligible as an assessment', [{ resourceType: 'Observation', text: 'Transplant eligibility', answer: { text: 'Not eligible' }, at: '-5d' }], 'not-planned'],
    ['eligible is no plan', [{ resourceType: 'Observation', text: 'Transplant eligibility', answer: { text: 'Eligible' }, at: '-5d' }], 'missing: absent'],
    ['nothing', [], 'missing: absent'],
  ])('%s', (_, resources, plan) => {
    expect(read('hctPlan', resources)).toBe(plan)
  })

  it('the newer decision counts', () => {
    const refusal = (at: string) => ({ resourceType: 'Condition', text: 'Not eligible for transplantation', at })
    expect(read('hctPlan', [request(), refusal('-5d')])).toBe('not-planned')
    expect(read('hctPlan', [request(), refusal('-15d')])).toBe('planned')
    expect(read('hctPlan', [request(), refusal('-10d')])).toBe('planned')
  })

  it('a later question does not undo a plan', () => {
    expect(read('hctPlan', [request(), { resourceType: 'ServiceRequest', text: 'Transplant evaluation', authoredOn: '-1d' }])).toBe('planned')
  })

  it('an answer of the clinician outranks the record', () => {
    expect(read('hctPlan', [request()], { order: { extension: [answer('hctPlan', { valueCode: 'not-planned' })] } })).toBe('not-planned')
    expect(read('hctDate', [request({ at: '+20d' })], { order: { extension: [answer('hctPlan', { valueCode: 'not-planned' })] } })).toBe('missing: not-applicable')
    expect(read('hctPlan', [], { order: { extension: [answer('hctDate', { valueDate: '2025-04-01' })] } })).toBe('planned')
  })

  it('a plan that was carried out is no plan any more', () => {
    expect(read('hctPlan', [request({ at: '-3d' }), performed('-3d')])).toBe('missing: absent')
    expect(read('hctPlan', [request({ at: '+20d' }), performed('-300d')])).toBe('planned')
  })

  it('is unknown for another reason when procedures could not be read', () => {
    expect(read('hctPlan', [], { unread: ['procedures'] })).toBe('missing: unavailable')
  })
})

describe('the day of the transplantation to come', () => {
  it.each([
    ['of an order', [request({ at: '+20d' })], '2025-03-23'],
    ['today', [request({ at: '0d' })], '2025-03-03'],
    ['of an order with a period', [request({ occurrencePeriod: { start: '+20d' } })], '2025-03-23'],
    ['of an appointment', [{ resourceType: 'Appointment', status: 'booked', serviceType: [allo], start: '+20d' }], '2025-03-23'],
    ['of an activity', [{ resourceType: 'CarePlan', title: 'Relapse', activity: [{ detail: { code: allo, scheduledTiming: { event: ['+20d'] } } }] }], '2025-03-23'],
    ['of a step in a group', [{ resourceType: 'RequestGroup', status: 'active', action: [{ title: 'Allogeneic stem cell transplantation', timingDateTime: '+20d' }] }], '2025-03-23'],
    ['of a procedure that is prepared', [performed('+20d', { status: 'preparation' })], '2025-03-23'],
    ['the nearest of two', [request({ at: '+40d' }), request({ at: '+20d' })], '2025-03-23'],
    ['has passed', [request({ at: '-1d' })], 'absent'],
    ['is not that of the conditioning', [{ resourceType: 'CarePlan', title: 'Conditioning regimen', period: { start: '+10d', end: '+20d' } }], 'absent'],
    ['is not stated', [request()], 'absent'],
  ])('%s', (_, resources, day) => {
    expect(dayIn('hctDate', resources)).toBe(day)
  })

  it('counts days from today', () => {
    expect(read('daysToHct', [request({ at: '+20d' })])).toBe(20)
    expect(read('daysToHct', [request({ at: '0d' })])).toBe(0)
  })

  it('is the day that the clinician stated', () => {
    expect(dayIn('hctDate', [request({ at: '+20d' })], { order: { extension: [answer('hctDate', { valueDate: '2025-04-01' })] } })).toBe('2025-04-01')
  })
})

describe('the last transplantation', () => {
  it.each([
    ['a procedure', [performed('-10d')], '2025-02-21', 10],
    ['the newest of two', [performed('-300d'), performed('-10d')], '2025-02-21', 10],
    ['today', [performed('0d')], '2025-03-03', 0],
    ['a completed order', [request({ status: 'completed', at: '-10d' })], '2025-02-21', 10],
    ['a state after transplantation with a date', [{ icd10: 'Z94.84', at: '-10d' }], '2025-02-21', 10],
  ])('%s', (_, resources, day, days) => {
    expect([dayIn('lastHctDate', resources), read('daysSinceHct', resources), read('priorHct', resources)]).toEqual([day, days, true])
  })

  it('of a state without a date, or of its complication, has no day', () => {
    expect([read('priorHct', [{ icd10: 'Z94.84' }]), dayIn('lastHctDate', [{ icd10: 'Z94.84', recordedDate: '-10d' }])]).toEqual([true, 'absent'])
    expect([read('priorHct', [{ icd10: 'T86.09', at: '-10d' }]), dayIn('lastHctDate', [{ icd10: 'T86.09', at: '-10d' }])]).toEqual([true, 'absent'])
    expect(textIn('priorHct', [{ icd10: 'Z94.84', text: 'Stem cells transplant status' }])).toBe('Stem cells transplant status, date unknown')
  })

  it('is none when nothing says so, and unknown when a list was not read', () => {
    expect([read('priorHct'), read('lastHctDate')]).toEqual([false, 'missing: not-applicable'])
    expect([read('priorHct', [], { unread: ['procedures'] }), read('priorHct', [], { unread: ['conditions'] })]).toEqual(['missing: unavailable', 'missing: unavailable'])
    expect(read('priorHct', [{ icd10: 'Z94.84' }], { unread: ['procedures'] })).toBe(true)
  })

  it('is not one that is only prepared, was not done, or lies ahead', () => {
    expect(read('priorHct', [performed('+5d')])).toBe(false)
    expect(read('priorHct', [performed('-5d', { status: 'not-done' })])).toBe(false)
  })

  it('names the donor where the record does', () => {
    expect(read('lastHctAllogeneic', [performed('-10d')])).toBe(true)
    expect(read('lastHctAllogeneic', [{ resourceType: 'Procedure', text: 'Autologous stem cell transplantation', at: '-10d' }])).toBe(false)
    expect(read('lastHctAllogeneic', [{ icd10: 'Z94.84', at: '-10d' }])).toBe('missing: ambiguous')
  })

  it('before or after treatment', () => {
    const dose = { given: 'inotuzumab ozogamicin', at: '-60d' }
    expect([read('hctBeforeTreatment', [dose, performed('-61d')]), read('hctAfterTreatment', [dose, performed('-61d')])]).toEqual([true, false])
    expect([read('hctBeforeTreatment', [dose, performed('-10d')]), read('hctAfterTreatment', [dose, performed('-10d')])]).toEqual([false, true])
    expect(read('hctBeforeTreatment', [dose, { icd10: 'Z94.84' }])).toBe(true)
    expect(read('hctBeforeTreatment', [dose, performed('-10d'), { icd10: 'Z94.84' }])).toBe('missing: ambiguous')
    expect([read('hctBeforeTreatment', [dose]), read('hctAfterTreatment', [dose])]).toEqual([false, false])
  })

  it('is the day that the clinician stated when that has passed', () => {
    const stated = { order: { extension: [answer('hctDate', { valueDate: '2025-02-21' })] } }
    expect([dayIn('lastHctDate', [], stated), dayIn('hctDate', [], stated)]).toEqual(['2025-02-21', 'absent'])
    expect(dayIn('lastHctDate', [performed('-3d')], stated)).toBe('2025-02-28')
  })
})
