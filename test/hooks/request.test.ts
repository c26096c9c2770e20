import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isRequestProblem, parseHookRequest, type HookRequest } from '../../src/hooks/request.ts'
import { type HookName, type Service, serviceOf } from '../../src/hooks/services.ts'

const service = (hook: HookName): Service => {
  const found = serviceOf(`inotuzumab-${hook}`)
  if (!found) throw new Error(hook)
  return found
}

const draft = { resourceType: 'MedicationRequest', id: 'o1', status: 'draft', subject: { reference: 'Patient/p1' } }
const base = {
  hook: 'order-sign',
  hookInstance: '0707b64a-3431-4c78-888d-a07592a6f40b',
  context: { userId: 'Practitioner/d1', patientId: 'p1', draftOrders: { resourceType: 'Bundle', type: 'collection', entry: [{ resource: draft }] } },
}
const withContext = (context: object, hook: HookName = 'order-sign') => ({ ...base, hook, context: { ...base.context, ...context } })
const access = { access_token: 't', token_type: 'Bearer', expires_in: 300, scope: 'patient/Observation.read', subject: 'us' }
const withAccess = (change: object) => ({ ...base, fhirServer: 'https://ehr.test/r4', fhirAuthorization: { ...access, ...change } })

const parse = (body: unknown, hook: HookName = 'order-sign') => parseHookRequest(service(hook), body)
const parsed = (body: unknown, hook: HookName = 'order-sign'): HookRequest => {
  const result = parse(body, hook)
  if (isRequestProblem(result)) throw new Error(JSON.stringify(result))
  return result
}
const without = (value: Readonly<Record<string, unknown>>, key: string) => Object.fromEntries(Object.entries(value).filter(([name]) => name !== key))

describe('the envelope', () => {
  it('is read with its context', () => {
    expect(parsed(base)).toEqual({
      hook: 'order-sign', hookInstance: base.hookInstance, fhirServer: undefined, fhirAuthorization: undefined, prefetch: {}, odd: [],
      context: {
        userId: 'Practitioner/d1', patientId: 'p1', encounterId: undefined, selections: [],
        draftOrders: [{ reference: 'MedicationRequest/o1', fullUrl: undefined, resource: draft, path: 'context.draftOrders.entry[0].resource' }],
      },
    })
  })

  it.each([
    ['hook', without(base, 'hook')], ['hook', { ...base, hook: 7 }], ['hook', { ...base, hook: null }],
    ['hookInstance', without(base, 'hookInstance')], ['hookInstance', { ...base, hookInstance: '' }], ['hookInstance', { ...base, hookInstance: 5 }],
    ['context', { ...base, context: [] }],
    ['context.userId', withContext({ userId: undefined })], ['context.userId', withContext({ userId: ' ' })],
    ['context.patientId', withContext({ patientId: undefined })], ['context.patientId', withContext({ patientId: 'Patient/' })],
    ['context.encounterId', withContext({ encounterId: 4 })],
    ['fhirServer', { ...base, fhirServer: 4 }],
    ['fhirAuthorization', { ...withAccess({}), fhirAuthorization: 'Bearer x' }],
    ['prefetch', { ...base, prefetch: [] }], ['prefetch', { ...base, prefetch: 'x' }],
    ['context.draftOrders', withContext({ draftOrders: [] })], ['context.draftOrders', withContext({ draftOrders: 'x' })],
    ['context.draftOrders', withContext({ draftOrders: { resourceType: 'MedicationRequest' } })],
    ['context.draftOrders.entry', withContext({ draftOrders: { resourceType: 'Bundle', entry: {} } })],
    ['$this', undefined], ['$this', null], ['$this', []], ['$this', 'text'],
  ])('is invalid for its %s', (path, body) => {
    expect(parse(body)).toEqual({ code: 'invalid-request', expression: [path] })
  })

  it('names every element that is wrong at once', () => {
    expect(parse({ hook: 1, context: {} })).toEqual({ code: 'invalid-request', expression: ['hook', 'hookInstance', 'context.userId', 'context.patientId'] })
  })

  it.each([
    [['context'], without(base, 'context')], [['context'], { ...base, context: null }], [['context.userId', 'context.patientId'], { ...base, context: {} }],
  ])('without its context was perhaps stripped: %j', (expression, body) => expect(parse(body)).toEqual({ code: 'context-missing', expression }))

  it('of any hook is taken at the shared id, and only of a hook', () => {
    const shared = serviceOf('inotuzumab')
    if (!shared) throw new Error('no shared service')
    for (const hook of ['order-sign', 'order-select', 'patient-view']) expect(parseHookRequest(shared, { ...base, hook })).toMatchObject({ hook })
    expect(parseHookRequest(shared, { ...base, hook: 'order-dispatch' })).toEqual({ code: 'wrong-hook', expression: ['hook'] })
  })

  it.each<[string[], object, HookName]>([
    [['hookInstance'], { ...base, hookInstance: 'not-a-uuid' }, 'order-sign'], [[], { ...base, hookInstance: '00000000-007b-9f33-e810-e841a57c502c' }, 'order-sign'],
    [['fhirServer'], { ...base, fhirServer: 'ehr' }, 'order-sign'], [['fhirAuthorization.access_token'], withAccess({ access_token: undefined }), 'order-sign'],
    [['fhirAuthorization.token_type'], withAccess({ token_type: 'mac' }), 'order-sign'], [[], withAccess({ token_type: 'bearer' }), 'order-sign'], [['fhirAuthorization.expires_in'], withAccess({ expires_in: '300' }), 'order-sign'],
    [['context.selections'], withContext({ selections: [] }, 'order-select'), 'order-select'], [['context.selections'], withContext({ selections: ['MedicationRequest/none'] }, 'order-select'), 'order-select'],
    [[], withContext({ selections: ['https://ehr.test/MedicationRequest/o1/_history/2'] }, 'order-select'), 'order-select'], [[], base, 'order-sign'],
  ])('names what is odd about it by path, never by value: %j', (odd, body, hook) => expect(parsed(body, hook).odd).toEqual(odd))

  it('is odd or refused by path alone, whatever was sent', () => {
    const MARK = 'value-of-the-request'
    const odd = fc.oneof(fc.constant(MARK), fc.constant(null), fc.integer(), fc.boolean(), fc.constant([MARK]), fc.constant({ [MARK]: MARK }), fc.constant(undefined))
    const anything = fc.record({
      hook: fc.oneof(fc.constant('order-sign'), odd), hookInstance: odd, fhirServer: odd, prefetch: odd, [MARK]: odd,
      fhirAuthorization: fc.oneof(odd, fc.record({ access_token: odd, token_type: odd, expires_in: odd, scope: odd, patient: odd })),
      context: fc.oneof(odd, fc.record({ userId: odd, patientId: odd, encounterId: odd, selections: odd, draftOrders: fc.oneof(odd, fc.constant(base.context.draftOrders)) })),
    })
    fc.assert(fc.property(anything, (body) => {
      const read = parse(body)
      expect(JSON.stringify('code' in read ? read : read.odd)).not.toContain(MARK)
    }))
  })

  it('belongs to the service of its hook', () => {
    expect(parse(base, 'order-select')).toEqual({ code: 'wrong-hook', expression: ['hook'] })
    expect(parse({ ...base, hook: 'Order-Sign' })).toEqual({ code: 'wrong-hook', expression: ['hook'] })
  })

  it.each(['f47ac10b-58cc-1372-8567-0e02b2c3d479', '0190b64a-3431-7c78-888d-a07592a6f40b', '0707B64A-3431-4C78-888D-A07592A6F40B', '00000000-007b-9f33-e810-e841a57c502c', 'urn:uuid:0707b64a-3431-4c78-888d-a07592a6f40b', 'not-a-uuid'])(
    'may have the hookInstance %s', (hookInstance) => {
      expect(parsed({ ...base, hookInstance }).hookInstance).toBe(hookInstance)
    })

  it('may hold members nobody knows, on every level', () => {
    const extra = { extension: { 'com.ehr': { deep: [1, { x: null }] } }, other: 1 }
    const body = { ...withAccess(extra), ...extra, context: { ...base.context, ...extra, draftOrders: { ...base.context.draftOrders, ...extra } } }
    expect(parsed(body)).toEqual(parsed(withAccess({})))
  })

  it.each([['null', null], ['an empty object', {}]])('may send %s for what it does not have', (_, nothing) => {
    const body = { ...base, fhirServer: nothing, fhirAuthorization: nothing, prefetch: nothing, extension: nothing, context: { ...base.context, encounterId: nothing, selections: nothing } }
    expect(parsed(body)).toEqual(parsed(base))
  })

  it('hands on prefetch exactly as it came', () => {
    const prefetch = { '-user': null, 1: 'text', labs: { resourceType: 'Bundle', entry: [] }, constructor: 3 }
    expect(parsed({ ...base, prefetch }).prefetch).toBe(prefetch)
  })
})

describe('ids', () => {
  it('lose the type they wrongly carry', () => {
    expect(parsed(withContext({ patientId: 'Patient/p1', encounterId: 'Encounter/e1' })).context).toMatchObject({ patientId: 'p1', encounterId: 'e1' })
  })

  it('may be longer than FHIR allows', () => {
    const id = `${'a'.repeat(190)}._-${'b'.repeat(7)}`
    const order = { ...draft, id }
    expect(parsed(withContext({ draftOrders: { entry: [{ resource: order }] } })).context.draftOrders[0]).toMatchObject({ reference: `MedicationRequest/${id}`, resource: order })
  })
})

describe('draftOrders', () => {
  it.each([['absent', undefined], ['null', null], ['an empty object', {}]])('that are %s point at missing scopes', (_, draftOrders) => {
    for (const hook of ['order-sign', 'order-select'] as const) {
      expect(parse(withContext({ draftOrders }, hook), hook)).toEqual({ code: 'draft-orders-missing', expression: ['context.draftOrders'] })
    }
  })

  it.each([['no entry', { resourceType: 'Bundle' }], ['zero entries', { resourceType: 'Bundle', entry: [] }], ['entry null', { resourceType: 'Bundle', entry: null }]])(
    'with %s are no orders', (_, draftOrders) => {
      expect(parsed(withContext({ draftOrders })).context.draftOrders).toEqual([])
    })

  it('need neither type nor fullUrl nor a resource in every entry', () => {
    const entry = [{}, null, { resource: null }, { resource: {} }, { resource: 'x' }, { fullUrl: 'urn:uuid:1', resource: { ...draft, id: undefined, category: {} } }]
    expect(parsed(withContext({ draftOrders: { entry } })).context.draftOrders).toMatchObject([{ reference: undefined, fullUrl: 'urn:uuid:1', path: 'context.draftOrders.entry[5].resource' }])
  })

  it.each(['ProcedureRequest', 'MedicationOrder', 'MedicationPrescription', 'NutritionOrder', 'Task', 'Medication', 'Unheard'])('may hold a %s', (resourceType) => {
    expect(parsed(withContext({ draftOrders: { entry: [{ resource: { resourceType, id: 'x' } }] } })).context.draftOrders).toHaveLength(1)
  })

  it('are not asked for in a patient view', () => {
    expect(parsed({ ...base, hook: 'patient-view', context: { userId: 'Practitioner/d1', patientId: 'p1' } }, 'patient-view').context.draftOrders).toEqual([])
  })
})

describe('the patient', () => {
  const subjects = (subject: unknown, member = 'subject') => parse(withContext({ draftOrders: { entry: [{ resource: draft }, { resource: { resourceType: 'MedicationRequest', [member]: subject } }] } }))

  it.each(['Patient/p2', 'https://ehr.test/r4/Patient/p2', 'Patient/p2/_history/1', 'Patient/p11', 'Patient/p'])('of a draft is another one in %s', (reference) => {
    expect(subjects({ reference })).toEqual({ code: 'patient-mismatch', expression: ['context.draftOrders.entry[1].resource.subject'] })
  })

  it.each([['patient'], ['for']])('of a draft may stand in %s', (member) => {
    expect(subjects({ reference: 'Patient/p2' }, member)).toEqual({ code: 'patient-mismatch', expression: [`context.draftOrders.entry[1].resource.${member}`] })
  })

  it.each([
    ['the relative reference', { reference: 'Patient/p1' }], ['the absolute reference', { reference: 'https://ehr.test/r4/Patient/p1' }], ['a version', { reference: 'Patient/p1/_history/3' }],
    ['a contained patient', { reference: '#pat' }], ['another type', { reference: 'OtherPatient/p2' }], ['a temporary address', { reference: 'urn:uuid:5' }], ['a display alone', { display: 'Somebody' }], ['nothing', undefined], ['a number', 3],
  ])('of a draft is not contradicted by %s', (_, subject) => {
    expect(subjects(subject)).toMatchObject({ hook: 'order-sign' })
  })

  it('of the access token must be the one in context', () => {
    expect(parse(withAccess({ patient: 'p2' }))).toEqual({ code: 'patient-mismatch', expression: ['fhirAuthorization.patient'] })
    expect(parse(withAccess({ patient: 'Patient/p2' }))).toEqual({ code: 'patient-mismatch', expression: ['fhirAuthorization.patient'] })
    for (const patient of ['p1', 'Patient/p1', '', null, undefined]) expect(parse(withAccess({ patient }))).toMatchObject({ hook: 'order-sign' })
  })

  it('of an unusable access token still counts', () => {
    expect(parse(withAccess({ patient: 'p2', token_type: 'MAC' }))).toMatchObject({ code: 'patient-mismatch' })
  })
})

describe('fhirAuthorization', () => {
  it('without fhirServer is invalid', () => {
    expect(parse({ ...base, fhirAuthorization: access })).toEqual({ code: 'invalid-request', expression: ['fhirServer'] })
  })

  it.each([['Bearer'], ['bearer'], ['BEARER'], [undefined], [null]])('gives access with token_type %s', (token_type) => {
    expect(parsed(withAccess({ token_type })).fhirAuthorization).toEqual({ access_token: 't', expires_in: 300, scope: access.scope })
  })

  it.each([[{ token_type: 'MAC' }], [{ token_type: 7 }], [{ access_token: undefined }], [{ access_token: '' }]])('gives no access with %j', (change) => {
    expect(parsed(withAccess(change))).toMatchObject({ fhirServer: 'https://ehr.test/r4', fhirAuthorization: undefined })
  })

  it.each([[300, 300], ['300', 300], [0, 0], [-1, -1], ['soon', undefined], ['', undefined], [undefined, undefined], [null, undefined]])('reads expires_in %j as %j seconds', (sent, seconds) => {
    expect(parsed(withAccess({ expires_in: sent })).fhirAuthorization?.expires_in).toBe(seconds)
  })

  it('takes any scope, or none', () => {
    const epic = 'patient/Unsigned Order.read (R4) launch online_access'
    expect(parsed(withAccess({ scope: epic })).fhirAuthorization?.scope).toBe(epic)
    expect(parsed(withAccess({ scope: undefined })).fhirAuthorization?.scope).toBe('')
  })
})

describe('selections', () => {
  it.each([
    [['MedicationRequest/o1'], ['MedicationRequest/o1']], [['o1', 'https://x.test/MedicationRequest/o1/_history/2'], ['o1', 'https://x.test/MedicationRequest/o1/_history/2']],
    ['MedicationRequest/o1', ['MedicationRequest/o1']], [[], []], [undefined, []], [null, []], [[3, null, ''], []], [{}, []],
  ])('%j are read as %j', (selections, expected) => {
    expect(parsed(withContext({ selections }, 'order-select'), 'order-select').context.selections).toEqual(expected)
  })

  it('mean nothing at signature', () => {
    expect(parsed(withContext({ selections: ['MedicationRequest/o1'] })).context.selections).toEqual([])
  })
})

it('says for every element of a request that something is wrong, or reads it, but never throws', () => {
  const odd = [null, 0, '', 'x', [], {}, [[]], { a: 1 }, true]
  const spoil = (value: unknown, change: unknown): unknown[] => {
    if (typeof value !== 'object' || value === null) return [change]
    return [change, ...Object.entries(value).flatMap(([key, member]) => spoil(member, change).map((spoilt) => (Array.isArray(value) ? value.with(Number(key), spoilt) : { ...value, [key]: spoilt })))]
  }
  const bodies = odd.flatMap((change) => spoil(withAccess({ patient: 'p1' }), change))
  expect(bodies.length).toBeGreaterThan(200)
  for (const body of bodies) expect(parse(body)).toSatisfy((result: object) => 'code' in result || 'context' in result)
})
