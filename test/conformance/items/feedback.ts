import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { item } from '../checklist.ts'
import { MARK, sentAlong } from '../patient.ts'
import { bearer, call, get, post, problemOf, restart, SELECT, SIGN, stage, tokenFor } from '../stage.ts'
import { suggestionsIn } from './answers.ts'

/** What clinicians did with the cards. */
const AT = '2026-11-20T09:17:42Z'
const entry = (change: object = {}): object => ({ card: randomUUID(), outcome: 'overridden', outcomeTimestamp: AT, ...change })
const send = (entries: unknown, path = SIGN): Promise<Response> => post(`${path}/feedback`, { feedback: entries })
async function accepts(...entries: readonly object[]): Promise<void> {
  const response = await send(entries)
  expect([response.status, await response.text()]).toEqual([200, ''])
}

/** A card and a suggestion of an answer. */
async function told(): Promise<{ readonly card: string; readonly suggestion: string }> {
  const answer = await call(sentAlong())
  const [card, suggestion] = [answer.cards[0]?.uuid, suggestionsIn(answer)[0]?.uuid]
  if (card === undefined || suggestion === undefined) throw new Error('the answer has no card with a suggestion')
  return { card, suggestion }
}

item('FB-01', async () => {
  const { services } = await (await get('/cds-services')).json() as { services: { id: string }[] } // sound: linted by DISC-03
  for (const { id } of services) expect((await send([entry()], `/cds-services/${id}`)).status).toBe(200)
})

item('FB-02', async () => {
  const { card, suggestion } = await told()
  await accepts(entry({ card }), entry({ card, outcome: 'accepted', acceptedSuggestions: [{ id: suggestion }] }), entry({ card, overrideReason: { reason: { code: 'x', system: 'urn:x' }, userComment: `seen by ${MARK}` } }))
  for (const wrong of [{}, [], 5, '"x"', { feedback: {} }, { feedback: 'x' }, { feedback: null }]) expect(await problemOf(await post(`${SIGN}/feedback`, wrong))).toEqual([400, 'feedback-invalid'])
  for (const wrong of [entry({ card: undefined }), entry({ outcome: 'ignored' }), entry({ outcomeTimestamp: undefined })]) expect(await problemOf(await send([wrong]))).toEqual([400, 'feedback-invalid'])
})

item('FB-03', async () => {
  const [one, other] = [await told(), await told()]
  await accepts(entry({ card: one.card }), entry({ card: other.card }), entry())
})

item('FB-04', async () => {
  const { card, suggestion } = await told()
  await accepts(entry({ card }))
  await accepts(entry({ card }))
  await accepts(entry({ card, outcome: 'accepted', acceptedSuggestions: [{ id: suggestion }] }), entry({ card }))
})

async function eitherAudience(): Promise<void> {
  for (const [aud, status] of [[`${SIGN}/feedback`, 200], [SIGN, 200], [`${SIGN}/`, 200], [SELECT, 401], ['/cds-services', 401], [`${SELECT}/feedback`, 401]] as const) {
    expect([aud, (await post(`${SIGN}/feedback`, { feedback: [entry()] }, { headers: bearer(tokenFor(aud)) })).status]).toEqual([aud, status])
  }
  expect((await post(`${SIGN}/feedback`, { feedback: [entry()] }, { headers: { authorization: '' } })).status).toBe(401)
}
item('FB-07', eitherAudience, { needs: ['ehr'] })
item('T-71', eitherAudience, { needs: ['ehr'] })

const because = (reason: object): object => entry({ overrideReason: reason })
item('FB-08', () => accepts(because({ reason: { code: 'x' } }), because({ reason: { code: 'x', system: 'urn:x' } }), because({ reason: { display: 'as discussed' } }), because({ userComment: `seen by ${MARK}` }), because({})))
item('OVR-01', () => accepts(because({ reason: { code: 'reason-of-the-client', system: 'urn:of:the:client', display: 'Reason of the client' } })))

const EPIC = 'com.epic.cdshooks.feedback.overrideReason'
async function epic(): Promise<void> {
  const extension = { [`${EPIC}.reasonCategory`]: '45', [`${EPIC}.reasonDisplay`]: 'Benefit outweighs risk', [`${EPIC}.reasonTitle`]: 'Benefit outweighs risk' }
  await accepts(
    entry({ card: '123456', overrideReasons: { reason: { code: 'x', system: 'y' }, userComment: `seen by ${MARK}` } }), entry({ card: 'giveOrHold', overrideReasons: { extension, userComment: `seen by ${MARK}` } }),
    entry({ overrideReasons: [{ reason: { code: 'x' } }, { extension }] }), entry({ overrideReasons: { reason: { code: 'x' } } }),
  )
}
item('FB-09', epic)
item('T-79', epic)

item('FB-10', () => accepts(entry(), entry({ card: 'nobody-knows-this-card' })))

item('FB-11', async () => {
  await accepts(entry(), {}, entry({ outcome: 'maybe' }))
  expect(await problemOf(await send([{}, entry({ outcome: 'maybe' })]))).toEqual([400, 'feedback-invalid'])
})

const timed = (outcomeTimestamp: unknown): object => entry({ outcomeTimestamp })
async function timestamps(): Promise<void> {
  await accepts(timed('2026-11-20T09:17:58.250Z'), timed('2026-11-20T09:17:58+00:00'), timed('2026-11-20T10:17:58.123456789+01:00'))
  await accepts(timed('2099-01-01T00:00:00Z'))
  for (const wrong of ['20.11.2026', 'yesterday', 1_795_166_400, '', null]) expect(await problemOf(await send([timed(wrong)]))).toEqual([400, 'feedback-invalid'])
}
item('FB-13', timestamps)
item('T-80', timestamps)

item('T-78', async () => {
  const { card } = await told()
  const batch = [entry({ card }), entry(), entry({ card, outcome: 'accepted', acceptedSuggestions: [{ id: randomUUID() }] })]
  await accepts(...batch)
  await accepts(...batch)
})

item('T-81', async () => {
  const { card } = await told()
  await restart()
  await accepts(entry({ card }))
  expect((await get('/health/ready')).status).toBe(200)
  expect(stage().url).toMatch(/^http/)
}, { needs: ['own'] })
