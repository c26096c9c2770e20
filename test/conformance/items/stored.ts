import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { z } from 'zod'
import { item } from '../checklist.ts'
import { issuerOf } from '../clients.ts'
import { TOKENS } from '../ehr/tokens.ts'
import { MARK, sentAlong } from '../patient.ts'
import { ADMIN_TOKEN, call, get, post, SIGN, storedBytes } from '../stage.ts'

/** What is kept: read through the export for administrators, and byte for byte. */
const OWN = { needs: ['own'] } as const

const Decision = z.looseObject({ id: z.string(), client: z.string(), service: z.string(), outcome: z.string(), findings: z.array(z.looseObject({ rule: z.string() })), cards: z.array(z.looseObject({ uuid: z.string() })), contentHash: z.string(), latencyMs: z.number() })
const Feedback = z.looseObject({ card: z.string(), outcome: z.string(), decision: z.string().optional(), reason: z.looseObject({ code: z.string().optional(), display: z.string().optional() }).optional(), comment: z.string().optional() })
const AuditEvent = z.looseObject({ resourceType: z.literal('AuditEvent'), id: z.string(), agent: z.array(z.unknown()).min(1), source: z.unknown() })

async function exported<T>(file: string, line: z.ZodType<T>): Promise<readonly T[]> {
  const response = await get(`/admin/export/${file}.ndjson`, { authorization: `Bearer ${ADMIN_TOKEN}` })
  const text = await response.text()
  expect([response.status, text.includes(MARK)]).toEqual([200, false])
  return text.split('\n').filter((one) => one !== '').map((one) => line.parse(JSON.parse(one)))
}

/** A call's decision, once it is stored: cards do not wait for the store. */
async function decisionOf(id: string | undefined): Promise<z.infer<typeof Decision>> {
  await expect.poll(async () => (await exported('decisions', Decision)).map((decision) => decision.id)).toContain(id)
  return (await exported('decisions', Decision)).find((decision) => decision.id === id) ?? Decision.parse(undefined)
}
const idIn = (text: string): string | undefined => /"org\.ino-cds\.decision":\{"id":"([^"]+)"/.exec(text)?.[1]

item('SEC-40', async () => {
  const answer = await call(sentAlong())
  const decision = await decisionOf(idIn(answer.text))
  expect(decision).toMatchObject({ client: issuerOf('generic'), service: 'inotuzumab-order-sign', outcome: 'cards' })
  expect(decision.cards.map(({ uuid }) => uuid)).toEqual(answer.cards.map(({ uuid }) => uuid))
  expect(decision.findings.map(({ rule }) => rule)).toEqual(answer.decision?.findings.map(({ rule }) => rule))
  expect((await exported('audit-events', AuditEvent)).map(({ id }) => id)).toContain(decision.id)
  // A call that had to be refused is on record as well.
  expect((await call(sentAlong({ prefetch: undefined }))).status).toBe(412)
  await expect.poll(async () => (await exported('decisions', Decision)).at(-1)?.outcome).toBe('refused')
  expect((await get('/admin/export/decisions.ndjson')).status).toBe(401)
}, OWN)

const AT = '2026-11-20T09:17:42Z'
const send = async (entry: object): Promise<void> => expect((await post(`${SIGN}/feedback`, { feedback: [{ outcome: 'overridden', outcomeTimestamp: AT, ...entry }] })).status).toBe(200)
const kept = async (card: string) => (await exported('feedback', Feedback)).filter((entry) => entry.card === card)

item('FB-10', async () => {
  const answer = await call(sentAlong())
  const card = answer.cards[0]?.uuid ?? ''
  const decision = await decisionOf(idIn(answer.text))
  const unknown = randomUUID()
  await send({ card })
  await send({ card: unknown })
  expect((await kept(card)).map((entry) => entry.decision)).toEqual([decision.id])
  expect((await kept(unknown)).map((entry) => entry.decision)).toEqual([undefined])
}, { ...OWN, part: 'found again in the export' })

item('FB-04', async () => {
  const card = randomUUID()
  await send({ card })
  await send({ card })
  await send({ card, outcome: 'accepted', acceptedSuggestions: [{ id: randomUUID() }] })
  expect((await kept(card)).map(({ outcome }) => outcome)).toEqual(['overridden', 'overridden', 'accepted'])
}, { ...OWN, part: 'all of it is kept' })

item('T-79', async () => {
  const [plural, extended] = [randomUUID(), randomUUID()]
  await send({ card: plural, overrideReasons: { reason: { code: 'benefit-outweighs-risk' } } })
  await send({ card: extended, overrideReasons: { extension: { 'com.epic.cdshooks.feedback.overrideReason.reasonCategory': '45', 'com.epic.cdshooks.feedback.overrideReason.reasonDisplay': 'Benefit outweighs risk' } } })
  expect((await kept(plural))[0]?.reason).toEqual({ code: 'benefit-outweighs-risk' })
  expect((await kept(extended))[0]?.reason).toEqual({ code: '45', display: 'Benefit outweighs risk' })
}, { ...OWN, part: 'the reason is kept' })

item('SEC-19', async () => {
  await send({ card: randomUUID(), overrideReason: { userComment: `seen by ${MARK}` } })
  const bytes = storedBytes()
  expect(bytes.includes('inotuzumab-order-sign')).toBe(true)
  expect(bytes.includes(MARK)).toBe(false)
  expect([...TOKENS].filter((token) => bytes.includes(token.split('.').at(-1) || token))).toEqual([])
}, OWN)
