import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { Story } from '../../src/sandbox/stories.ts'
import { requestBody } from '../../src/web/hook-call.ts'
import { type Card, cardsOf } from '../../src/web/wire.ts'
import { suggestedDrafts } from '../sandbox/ordering.ts'
import { json } from '../sandbox/running.ts'

export interface Answer { readonly status: number; readonly cards: readonly Card[]; readonly rules: readonly string[] }

/** Orders what the story of a demo patient suggests and asks the service to check the signature; the service reads the record itself. */
export async function signStory(patient: string, { service, fhir, fhirName }: { readonly service: string; readonly fhir: string; readonly fhirName: string }): Promise<Answer> {
  const story = (await json<readonly Story[]>(fetch(`${fhir}/sandbox/patients`))).find(({ id }) => id === patient)
  if (!story) throw new Error(`no demo patient ${patient}`)
  const context = { userId: 'Practitioner/sandbox', patientId: patient }
  const body = requestBody({ hook: 'order-sign', hookInstance: randomUUID(), context, drafts: suggestedDrafts(story, context, new Date()), origin: fhirName }, {})
  const response = await fetch(`${service}/cds-services/inotuzumab-order-sign`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  const answer = await json<{ extension?: Readonly<Record<string, { findings?: readonly { rule: string }[] }>> }>(response)
  return { status: response.status, cards: cardsOf(answer) ?? [], rules: (answer.extension?.['org.ino-cds.decision']?.findings ?? []).map(({ rule }) => rule) }
}

/** Says of a card that it was overridden; resolves when the service has it on disk. */
export async function override(service: string, card: Card): Promise<void> {
  const feedback = [{ card: card.uuid, outcome: 'overridden', overrideReason: { reason: { code: 'specialist-reviewed', system: 'urn:ino-cds:override-reason' } }, outcomeTimestamp: new Date().toISOString() }]
  const response = await fetch(`${service}/cds-services/inotuzumab-order-sign/feedback`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ feedback }) })
  expect(response.status).toBe(200)
}
