import { describe, expect, it } from 'vitest'
import type { Finding } from '../../src/engine/findings.ts'
import { suggestionsFor } from '../../src/engine/suggestions.ts'
import { calendarOf } from '../../src/language/calendar.ts'
import { loadContent } from '../content/loaded.ts'
import { scopeOf, valueIn } from '../derive/scope.ts'

const content = loadContent()
const tools = { context: { patient: 'Patient/p', user: 'Practitioner/dr', nowIso: '2025-03-03T12:00:00Z' }, uuid: () => 'u' }

function offered(order: Readonly<Record<string, unknown>> | false) {
  const rule = content.rules.find(({ id }) => id === 'plan-hct-status-unknown')
  if (!rule) throw new TypeError('rule is gone')
  const finding: Finding = { rule, indicator: 'info', said: rule.said, scope: scopeOf({ content, order }), isPreview: false }
  return suggestionsFor([finding], content, tools, calendarOf('UTC'))
}

const answer = (key: string, valueCode: string) => ({ url: 'urn:ino-cds:assertion', extension: [{ url: 'key', valueCode: key }, { url: 'value', valueCode }, { url: 'date', valueDateTime: '2025-03-03T12:00:00Z' }, { url: 'assertedBy', valueReference: { reference: 'Practitioner/dr' } }] })

describe('buttons that answer a question', () => {
  it('offer one update of the whole order per answer', () => {
    const all = offered({ note: [{ text: 'kept' }] })
    expect(all.map(({ label }) => label)).toEqual(['A transplantation is planned', 'No transplantation is planned', 'Not decided yet'])
    expect(all[0]?.actions).toEqual([expect.objectContaining({ type: 'update', resource: expect.objectContaining({ resourceType: 'MedicationRequest', id: 'o1', note: [{ text: 'kept' }], extension: [answer('hctPlan', 'planned')] }) })])
  })

  it('take the place of an older answer to the same question and keep the others', () => {
    const extension = [answer('hctPlan', 'undecided'), answer('remission', 'CR'), { url: 'http://example.org/other' }]
    expect(offered({ extension })[1]?.actions?.[0]).toMatchObject({ resource: { extension: [answer('remission', 'CR'), { url: 'http://example.org/other' }, answer('hctPlan', 'not-planned')] } })
  })

  it('are understood when the order comes back', () => {
    const [first] = offered({})
    const resource = first?.actions?.[0] && 'resource' in first.actions[0] ? first.actions[0].resource : undefined
    expect(valueIn(scopeOf({ content, order: { ...resource } }), 'hctPlan')).toBe('planned')
  })

  it('are not offered where there is no order to put them on', () => {
    expect(offered(false)).toEqual([])
  })
})
