import { describe, expect, test } from 'vitest'
import { curlOf } from '../../src/web/curl.ts'
import { expandTemplate } from '../../src/web/discovery.ts'
import { acceptedFeedback, overriddenFeedback } from '../../src/web/feedback.ts'
import { requestBody } from '../../src/web/hook-call.ts'
import { step } from '../../src/web/rove.ts'
import { cardsOf, hookDescriptionsOf, outcomeText, resourcesOf } from '../../src/web/wire.ts'
import { card, draft, REASON } from './fixtures.ts'

const CONTEXT = { userId: 'Practitioner/u', patientId: 'p1' }
const NOW = new Date('2026-11-21T10:00:00Z')

describe('a prefetch template', () => {
  test('is filled from the context', () => {
    expect(expandTemplate('Observation?patient={{context.patientId}}&code=a|b,c', CONTEXT)).toBe('Observation?patient=p1&code=a|b,c')
    expect(expandTemplate('{{context.userId}}', CONTEXT)).toBe('Practitioner/u')
  })
  test('is left out where the context has no value for a token', () => {
    expect(expandTemplate('Encounter/{{context.encounterId}}', CONTEXT)).toBeUndefined()
    expect(expandTemplate('Patient?x={{today()}}', CONTEXT)).toBeUndefined()
  })
})

describe('a hook call', () => {
  const question = { hookInstance: 'i', context: CONTEXT, drafts: [draft('a')], origin: 'http://host' }

  test('order-select carries the selections, order-sign does not', () => {
    expect(requestBody({ ...question, hook: 'order-select' }, {})).toEqual({
      hook: 'order-select', hookInstance: 'i', fhirServer: 'http://host/fhir', prefetch: {},
      fhirAuthorization: expect.objectContaining({ token_type: 'Bearer', patient: CONTEXT.patientId }),
      context: { ...CONTEXT, selections: ['MedicationRequest/a'], draftOrders: { resourceType: 'Bundle', type: 'collection', entry: [{ resource: draft('a') }] } },
    })
    expect(requestBody({ ...question, hook: 'order-sign' }, {})).not.toHaveProperty('context.selections')
  })
})

describe('an answer', () => {
  test('with one unreadable card is unreadable: that card may be the critical one', () => {
    const good = card('Hold', 'critical')
    expect(cardsOf({ cards: [good] })).toEqual([good])
    for (const bad of [{ ...good, indicator: 'hard-stop' }, { ...good, source: undefined }, { ...good, summary: 1 }, null]) {
      expect(cardsOf({ cards: [good, bad] })).toBeUndefined()
    }
  })
  test('without a list of cards is none', () => {
    for (const body of [undefined, null, [], {}, { cards: {} }]) expect(cardsOf(body)).toBeUndefined()
  })
  test('of discovery without services is none', () => {
    expect(hookDescriptionsOf({})).toBeUndefined()
    expect(hookDescriptionsOf({ services: [{ id: 'a', hook: 'order-sign' }, { id: 'b' }] })).toEqual([{ id: 'a', hook: 'order-sign' }])
  })
  test('as an OperationOutcome speaks by its text, else its diagnostics', () => {
    const outcome = (issue: object): object => ({ resourceType: 'OperationOutcome', issue: [issue] })
    expect(outcomeText(outcome({ details: { text: 'No liver test.' }, diagnostics: 'x' }))).toBe('No liver test.')
    expect(outcomeText(outcome({ diagnostics: 'x' }))).toBe('x')
    expect(outcomeText({ error: 'x' })).toBeUndefined()
  })
  test('of a search gives the resources without outcome entries', () => {
    const patient = { resourceType: 'Patient', id: 'p' }
    expect(resourcesOf({ resourceType: 'Bundle', entry: [{ resource: patient }, { resource: { resourceType: 'OperationOutcome', issue: [] } }, {}] })).toEqual([patient])
    expect(resourcesOf(patient)).toEqual([patient])
  })
})

describe('feedback', () => {
  const given = card('Hold', 'critical')

  test('tells the accepted suggestion', () => {
    expect(acceptedFeedback(given, { label: 'Do', uuid: 's1' }, NOW)).toEqual({
      card: 'uuid-of-Hold', outcome: 'accepted', acceptedSuggestions: [{ id: 's1' }], outcomeTimestamp: '2026-11-21T10:00:00.000Z',
    })
  })
  test('tells the reason and the comment of an override', () => {
    expect(overriddenFeedback(given, REASON, 'seen on paper', NOW)).toEqual({
      card: 'uuid-of-Hold', outcome: 'overridden', overrideReason: { reason: REASON, userComment: 'seen on paper' }, outcomeTimestamp: '2026-11-21T10:00:00.000Z',
    })
  })
  test('of a plain dismissal has no reason member', () => {
    expect(overriddenFeedback(given, undefined, '', NOW)).not.toHaveProperty('overrideReason')
  })
  test('is not possible about something without a uuid', () => {
    const { uuid: _, ...nameless } = given
    expect(overriddenFeedback(nameless, REASON, '', NOW)).toBeUndefined()
    expect(acceptedFeedback(given, { label: 'Do' }, NOW)).toBeUndefined()
  })
})

describe('small things', () => {
  test('a curl command survives quotes in the request', () => {
    expect(curlOf('http://host/x', { note: "it's" })).toBe(String.raw`curl -sS -X POST 'http://host/x' -H 'Content-Type: application/json' --data-raw '{"note":"it'\''s"}'`)
  })
  test('arrow keys stop at the ends of a list', () => {
    expect([step('ArrowDown', 2, 2), step('ArrowUp', 0, 2), step('End', 0, 2), step('Home', 2, 2), step('x', 1, 2)]).toEqual([2, 0, 2, 0, undefined])
  })
})
