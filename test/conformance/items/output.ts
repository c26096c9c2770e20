import { expect } from 'vitest'
import { item } from '../checklist.ts'
import { TOKENS } from '../ehr/tokens.ts'
import { MARK, sentAlong } from '../patient.ts'
import { ADMIN_TOKEN, output, post, SIGN } from '../stage.ts'

/** What the service printed during the whole suite. These come last. */
const OWN = { needs: ['own'] } as const

/** The routes of the lines that hold any of these; the lines themselves are not shown, because they would hold it too. */
function linesWith(secrets: readonly string[]): readonly string[] {
  const lines = output().split('\n')
  const found = secrets.filter((secret) => lines.some((line) => line.includes(secret)))
  return lines.filter((line) => found.some((secret) => line.includes(secret))).map((line) => `${String(/"msg":"[^"]*"/.exec(line)?.[0])} holds number ${String(found.map((secret) => secrets.indexOf(secret)))}`)
}

item('T-72', async () => {
  expect(TOKENS.size).toBeGreaterThan(500)
  // Signatures and access tokens alone, too: half a token is one too many.
  const parts = [...TOKENS].map((token) => token.split('.').at(-1) ?? '').filter((part) => part.length > 20)
  expect(output().split('\n').length).toBeGreaterThan(500)
  expect([...linesWith([...TOKENS, ADMIN_TOKEN]), ...linesWith(parts)]).toEqual([])
}, OWN)

async function noComment(): Promise<void> {
  const comment = `comment-of-${MARK}`
  const entry = { card: 'x', outcome: 'overridden', overrideReason: { userComment: comment }, outcomeTimestamp: '2026-11-20T09:17:42Z' }
  expect((await post(`${SIGN}/feedback`, { feedback: [entry] })).status).toBe(200)
  expect((await post(`${SIGN}/feedback`, { feedback: [{ ...entry, outcome: comment }] })).status).toBe(400)
  expect((await post(`${SIGN}/feedback`, `{"feedback":[{"userComment":"${comment}`)).status).toBe(400)
  await expect.poll(() => output()).toContain('"feedback stored"')
  expect(linesWith([comment])).toEqual([])
}
item('T-82', noComment, OWN)
item('FB-12', noComment, OWN)

item('T-72', async () => {
  await post(SIGN, sentAlong())
  expect(linesWith([MARK, 'Testperson', 'Ada', 'Practitioner/d1', 'inotuzumab ozogamicin 0.9', 'haloperidol'])).toEqual([])
  expect(output()).not.toMatch(/1978-03-02|"birthDate"|"patientId"/)
}, { ...OWN, part: 'nor a patient, a name or a drug' })

item('PRE-22', async () => expect(output()).toContain('resources of another patient discarded'), { ...OWN, part: 'and the log says so' })

item('T-40', async () => expect(output()).not.toMatch(/"problem":"internal"/), { ...OWN, part: 'and nothing failed inside' })
