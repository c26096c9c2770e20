import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { readCharts } from '../../src/sandbox/patients/chart-files.ts'
import type { Story } from '../../src/sandbox/stories.ts'
import { type Card, cardsOf } from '../../src/web/wire.ts'
import { loadContent } from '../content/loaded.ts'
import { askAbout, type Asking, runService } from './ordering.ts'
import { json, type Running } from './running.ts'

const ORDINARY = '2026-11-21T09:00:00Z'
/** The first and last minutes of a day, a leap day, a month end. */
const OTHERS = ['2026-12-31T00:00:30Z', '2026-08-31T23:54:30Z', '2028-02-29T06:30:00Z', '2030-03-31T18:00:00Z']

interface Finding { readonly rule: string; readonly indicator: string }
interface Answer { readonly cards: readonly Card[]; readonly findings: readonly Finding[] }

const patients = readCharts().map(({ id }) => id)
const namesOf = (findings: readonly Finding[]): readonly string[] => [...new Set(findings.map(({ rule, indicator }) => `${indicator} ${rule}`))].sort()
const urgent = (findings: readonly Finding[]): readonly string[] => namesOf(findings.filter(({ indicator }) => indicator !== 'info'))
const onCards = ({ cards }: Answer): readonly Finding[] => cards.flatMap(({ extension }) => extension?.['org.ino-cds.findings'] ?? [])

let service: Running
beforeAll(async () => {
  // Only the clock is set: the charts and the service count their days from the same moment.
  vi.useFakeTimers({ toFake: ['Date'], now: new Date(ORDINARY) })
  service = await runService(() => new Date())
})
afterAll(async () => {
  vi.useRealTimers()
  await service.close()
})

async function storyOf(id: string): Promise<Story> {
  const story = (await json<readonly Story[]>(fetch(`${service.base}/sandbox/patients`))).find((one) => one.id === id)
  if (!story) throw new Error(`${id} is not listed`)
  return story
}

async function answerTo(story: Story, asking: Omit<Asking, 'now'>): Promise<Answer> {
  const response = await askAbout(story, service, { ...asking, now: new Date() })
  expect(response.status).toBe(200)
  const body = await json<{ extension?: Record<string, { findings?: readonly Finding[] }> }>(response)
  return { cards: cardsOf(body) ?? [], findings: body.extension?.['org.ino-cds.decision']?.findings ?? [] }
}

/** Warning and critical findings are exactly the story's; the infos that the story names are among those found. */
function expectAsTold({ findings }: Answer, { findings: told }: Story): void {
  expect(urgent(findings)).toEqual(urgent(told))
  expect(namesOf(findings)).toEqual(expect.arrayContaining([...namesOf(told)]))
}

describe('the order suggested for', () => {
  test.each(patients)('%s, when signed, finds what the story says and shows all that is urgent', async (id) => {
    const story = await storyOf(id)
    const answer = await answerTo(story, { hook: 'order-sign' })
    expectAsTold(answer, story)
    if (story.order.drug === 'inotuzumab') expect(answer.findings.map(({ rule }) => rule)).toContain('dosing-expected-dose')
    expect(urgent(onCards(answer))).toEqual(urgent(story.findings))
    expect(answer.cards.length > 0).toBe(urgent(story.findings).length > 0)
  })

  test.each(patients)('%s, while it is being written, shows every rule of the story on a card', async (id) => {
    const story = await storyOf(id)
    const shown = onCards(await answerTo(story, { hook: 'order-select' }))
    expect(namesOf(shown)).toEqual(expect.arrayContaining([...namesOf(story.findings)]))
  })

  test.each(patients)('%s finds the same when the service has to read the record itself', async (id) => {
    const story = await storyOf(id)
    expectAsTold(await answerTo(story, { hook: 'order-sign', withPrefetch: false }), story)
  })
})

describe.each(OTHERS)('loaded at %s', (moment) => {
  beforeAll(async () => {
    vi.setSystemTime(new Date(moment))
    await fetch(`${service.base}/sandbox/reset`, { method: 'POST' })
  })
  test.each(patients)('the order suggested for %s finds what the story says', async (id) => {
    const story = await storyOf(id)
    expectAsTold(await answerTo(story, { hook: 'order-sign' }), story)
  })
})

describe('what the titles promise', () => {
  test.each(['ready', 'gilbert', 'low-counts-day8'])('signing for %s shows no card', async (id) =>
    expect((await answerTo(await storyOf(id), { hook: 'order-sign' })).cards).toEqual([]))

  test.each([
    ['low-anc', 'critical', /ANC 0\.8/], ['liver-hold', 'critical', /bilirubin .*ALT/i], ['blasts', 'critical', /blasts/], ['qt-480', 'critical', /480 ms/],
    ['interruption-14d', 'critical', /1\.6 mg .*1\.20 mg/], ['overdose', 'critical', /2\.4 mg .*1\.60 mg/], ['no-ursodiol', 'warning', /ursodiol/], ['howard', 'warning', /unit .*platelets/i],
  ])('the first card of %s is %s and says so', async (id, indicator, words) => {
    const { cards: [first] } = await answerTo(await storyOf(id), { hook: 'order-sign' })
    expect(first).toMatchObject({ indicator, summary: expect.stringMatching(words) })
  })

  test('helen has one card that counts what is missing', async () => {
    const { cards } = await answerTo(await storyOf('helen'), { hook: 'order-sign' })
    expect(cards.map(({ summary }) => summary)).toContainEqual(expect.stringMatching(/^15 open before inotuzumab C1D1/))
  })
})

describe('together the demo patients', () => {
  /** Rules found for a patient: the order of the story at both order hooks, and the chart opened without an order. */
  async function rulesFor(id: string): Promise<readonly string[]> {
    const story = await storyOf(id)
    const answers = await Promise.all([answerTo(story, { hook: 'order-sign' }), answerTo(story, { hook: 'order-select' }), viewOf(id)])
    return answers.flatMap(({ findings }) => findings.map(({ rule }) => rule))
  }

  async function viewOf(id: string): Promise<Answer> {
    const body = { hook: 'patient-view', hookInstance: '5e8a1c9e-6a5e-4c3b-8a19-080706050403', fhirServer: `${service.base}/fhir`, fhirAuthorization: ACCESS, context: { userId: 'Practitioner/sandbox', patientId: id } }
    const response = await fetch(`${service.base}/cds-services/inotuzumab-patient-view`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    const answer = await json<{ extension?: Record<string, { findings?: readonly Finding[] }> }>(response)
    return { cards: cardsOf(answer) ?? [], findings: answer.extension?.['org.ino-cds.decision']?.findings ?? [] }
  }
  const ACCESS = { access_token: 'sandbox', token_type: 'Bearer', expires_in: 300, scope: 'patient/*.read', subject: 'ino-cds' }

  test('are at least twenty, and make at least one rule of every group fire', async () => {
    const { rules } = loadContent()
    const groupOf = new Map(rules.map(({ id, group }) => [id, group]))
    const fired = new Set<string | undefined>()
    for (const id of patients) for (const rule of await rulesFor(id)) fired.add(groupOf.get(rule))
    expect(patients.length).toBeGreaterThanOrEqual(20)
    expect([...new Set(groupOf.values())].filter((group) => !fired.has(group))).toEqual([])
  })
})
