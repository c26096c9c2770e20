import type { FhirResource } from 'fhir/r4.js'
import { describe, expect, test } from 'vitest'
import { applyActions, draftName } from '../../src/web/suggestion.ts'
import type { Action } from '../../src/web/wire.ts'
import { draft } from './fixtures.ts'

const newId = (): string => 'fresh'

const create = (resource: FhirResource): Action => ({ type: 'create', description: 'create', resource })
const update = (resource: FhirResource): Action => ({ type: 'update', description: 'update', resource })
const remove = (resourceId: string): Action => ({ type: 'delete', description: 'delete', resourceId })

const lab = (id: string): FhirResource => ({ resourceType: 'ServiceRequest', id, status: 'draft', intent: 'order', subject: { reference: 'Patient/p' } })

describe('the actions of a suggestion', () => {
  test('create, update and delete drafts', () => {
    const applied = applyActions([draft('a'), draft('b')], [
      update(draft('b', { note: [{ text: 'new' }] })), create(lab('cbc')), remove('MedicationRequest/a'),
    ], newId)
    expect(applied).toEqual({
      ok: true, created: ['ServiceRequest/cbc'], drafts: [draft('b', { note: [{ text: 'new' }] }), lab('cbc')],
    })
  })
  test('are applied all or not at all', () => {
    const applied = applyActions([draft('a')], [create(lab('cbc')), update(draft('gone'))], newId)
    expect(applied).toEqual({ ok: false, missing: 'MedicationRequest/gone' })
  })
  test('name a draft that is no longer there to be deleted', () => {
    expect(applyActions([], [remove('MedicationRequest/gone')], newId)).toEqual({ ok: false, missing: 'MedicationRequest/gone' })
  })
  test('delete before they create: the id that becomes free can be taken', () => {
    const applied = applyActions([draft('a')], [create(draft('a', { intent: 'plan' })), remove('MedicationRequest/a')], newId)
    expect(applied).toMatchObject({ ok: true, drafts: [{ id: 'a', intent: 'plan' }] })
  })
  test('may update what they have just created', () => {
    const applied = applyActions([], [update(draft('new', { intent: 'plan' })), create(draft('new'))], newId)
    expect(applied).toMatchObject({ ok: true, drafts: [{ id: 'new', intent: 'plan' }] })
  })
  test('give a created order another id where its own is taken, and its references follow', () => {
    const task: FhirResource = { resourceType: 'Task', id: 't', status: 'draft', intent: 'order', focus: { reference: 'ServiceRequest/cbc' } }
    const existing = { ...lab('cbc'), id: 'cbc' }
    const applied = applyActions([existing], [create(lab('cbc')), create(task)], newId)
    expect(applied.ok && applied.drafts.map(draftName)).toEqual(['ServiceRequest/cbc', 'ServiceRequest/fresh', 'Task/t'])
    expect(applied.ok && applied.drafts[2]).toMatchObject({ focus: { reference: 'ServiceRequest/fresh' } })
  })
  test('give a created order without an id a new one', () => {
    const { id: _, ...nameless } = lab('x')
    expect(applyActions([], [create(nameless)], newId)).toMatchObject({ created: ['ServiceRequest/fresh'] })
  })
  test('leave the drafts alone when there are none', () => {
    expect(applyActions([draft('a')], [], newId)).toEqual({ ok: true, created: [], drafts: [draft('a')] })
  })
})
