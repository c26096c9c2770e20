import type { AuditEvent, AuditEventAgent, AuditEventEntity, AuditEventEntityDetail, Coding, Reference } from 'fhir/r4.js'
import type { DecidedFinding, DecisionRecord, StoredFeedback } from './store.ts'

const TERMS = 'http://terminology.hl7.org/CodeSystem'
/** What happened: no terminology has a code for it. */
const KIND = 'urn:ino-cds:audit'

const ACTIVITY: Coding = { system: 'http://dicom.nema.org/resources/ontology/DCM', code: '110100', display: 'Application Activity' }
const PERSON: Coding = { system: `${TERMS}/audit-entity-type`, code: '1', display: 'Person' }
const OBJECT: Coding = { system: `${TERMS}/audit-entity-type`, code: '2', display: 'System Object' }
const PATIENT: Coding = { system: `${TERMS}/object-role`, code: '1', display: 'Patient' }
const RESOURCE: Coding = { system: `${TERMS}/object-role`, code: '4', display: 'Domain Resource' }
const SERVER: Coding = { system: `${TERMS}/security-source-type`, code: '4', display: 'Application Server' }

const LITERAL = /^[A-Z][A-Za-z]{1,60}\/[A-Za-z0-9.-]{1,64}$/
/** A FHIR string is never empty and holds no control characters. */
// eslint-disable-next-line no-control-regex -- control characters are the point
const stringOf = (value: string): string => value.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, ' ').trim() || '-'

const referenceTo = (reference: string): Reference => (LITERAL.test(reference) ? { reference } : { identifier: { value: stringOf(reference) } })
const known = (system: string, value: string): Reference => ({ identifier: { system, value: stringOf(value) } })
const details = (pairs: readonly (readonly [string, string | undefined])[]): AuditEventEntityDetail[] =>
  pairs.flatMap(([type, value]) => (value === undefined ? [] : [{ type, valueString: stringOf(value) }]))

const findingText = ({ rule, indicator, order, shown }: DecidedFinding): string => [rule, indicator, shown ? 'shown' : 'not shown', ...(order === undefined ? [] : [order])].join(' | ')

const asker = (client: string, user: string | undefined): AuditEventAgent[] => [
  ...(user === undefined ? [] : [{ who: referenceTo(user), requestor: true }]),
  { who: known('urn:ino-cds:client', client), requestor: user === undefined },
]

const OUTCOMES = { cards: 'cards were sent', 'no-cards': 'checked, nothing to say', refused: 'nothing could be checked, the call was refused' } as const

/** A recorded decision as FHIR R4 AuditEvent (https://hl7.org/fhir/R4/auditevent.html). It names the patient by the pseudonym of the store. */
export function auditOfDecision(record: DecisionRecord): AuditEvent {
  const resources = [...new Set((record.inputs ?? []).flatMap(({ sources }) => sources))]
  const orders = [...new Set(record.findings.flatMap(({ order }) => order ?? []))]
  return {
    resourceType: 'AuditEvent', id: record.id, type: ACTIVITY, subtype: [{ system: KIND, code: 'decision', display: 'Decision support' }, { system: 'http://cds-hooks.hl7.org/hooks', code: record.hook || 'unknown' }],
    action: 'E', recorded: new Date(record.at).toISOString(), outcome: record.outcome === 'refused' ? '4' : '0', outcomeDesc: OUTCOMES[record.outcome],
    agent: asker(record.client, record.user),
    source: { observer: { display: stringOf(`ino-cds ${record.software}`) }, type: [SERVER] },
    entity: [
      { what: known('urn:ino-cds:patient', record.patientKey), type: PERSON, role: PATIENT },
      decisionEntity(record),
      ...orders.map((order): AuditEventEntity => ({ what: referenceTo(order), type: OBJECT, role: RESOURCE, description: 'order' })),
      ...resources.map((resource): AuditEventEntity => ({ what: referenceTo(resource), type: OBJECT, role: RESOURCE, description: 'read' })),
    ],
  }
}

function decisionEntity(record: DecisionRecord): AuditEventEntity {
  const inputs = (record.inputs ?? []).flatMap(({ fact, value, day }): [string, string][] => (value === undefined ? [] : [['input', `${fact} | ${value}${day === undefined ? '' : ` | ${day}`}`]]))
  return {
    what: known('urn:ino-cds:decision', record.id), type: OBJECT, description: 'decision',
    detail: details([
      ['service', record.service], ['tenant', record.tenant], ['hookInstance', record.hookInstance], ['profile', record.profile], ['labelRevision', record.labelRevision || undefined],
      ['content', record.contentHash], ['settings', JSON.stringify(record.settings)], ['latencyMs', record.latencyMs.toFixed(0)],
      ...record.findings.map((finding): [string, string] => ['finding', findingText(finding)]),
      ...record.cards.map(({ uuid, topic, rules }): [string, string] => ['card', [uuid, topic ?? '', rules.join(' ')].join(' | ')]),
      ...record.missing.map(({ fact, why }): [string, string] => ['missing', why === undefined ? fact : `${fact} | ${why}`]),
      ...record.notEvaluated.map(({ rule, why }): [string, string] => ['not evaluated', why === undefined ? rule : `${rule} | ${why}`]),
      ...inputs,
    ]),
  }
}

/** A feedback entry as FHIR R4 AuditEvent. */
export function auditOfFeedback(entry: StoredFeedback): AuditEvent {
  const { id, card, decision, client, outcome, reason, comment } = entry
  return {
    resourceType: 'AuditEvent', id: `feedback-${String(id)}`, type: ACTIVITY, subtype: [{ system: KIND, code: 'feedback', display: 'Feedback on decision support' }],
    action: 'C', recorded: new Date(entry.receivedAt).toISOString(), outcome: '0', outcomeDesc: outcome,
    agent: asker(client, undefined),
    source: { observer: { display: 'ino-cds' }, type: [SERVER] },
    entity: [
      { what: known('urn:ino-cds:card', card), type: OBJECT, description: 'card', detail: details([
        ['service', entry.service], ['outcome', outcome], ['outcomeAt', new Date(entry.outcomeAt).toISOString()], ['clock', entry.ahead ? 'ahead' : undefined],
        ['reason', reason?.code], ['reasonSystem', reason?.system], ['reasonDisplay', reason?.display], ['comment', comment],
        ...entry.acceptedSuggestions.map((suggestion): [string, string] => ['acceptedSuggestion', suggestion]),
      ]) },
      ...(decision === undefined ? [] : [{ what: known('urn:ino-cds:decision', decision), type: OBJECT, description: 'decision' }]),
    ],
  }
}
