import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type App, createApp } from '../../src/app.ts'
import { isProblems, readConfig } from '../../src/config.ts'
import type { Card } from '../../src/hooks/response.ts'
import { createLogger } from '../../src/logging.ts'

const DAY_MS = 86_400_000

interface Answer { readonly cards: readonly Card[]; readonly extension: { readonly 'org.ino-cds.decision': { readonly findings: readonly { rule: string; shown: boolean; indicator: string }[] } } }

describe('a finding that was overridden', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'repeat-'))
  let app: App
  let url = ''

  beforeAll(async () => {
    const config = readConfig({ AUTH_MODE: 'none', PORT: '0', HOST: '127.0.0.1', DATA_DIR: dataDir }, { command: 'serve' })
    if (isProblems(config)) throw new Error('bad configuration')
    app = await createApp(config, createLogger('silent'))
    url = await app.server.listen({ host: '127.0.0.1', port: 0 })
  })
  afterAll(async () => {
    await app.close()
    rmSync(dataDir, { recursive: true })
  })

  const keys = ['labs', 'vitals', 'ecg', 'conditions', 'administrations', 'procedures', 'allergies', 'immunizations', 'assessments', 'medications']

  /** A first dose for a patient whose record is empty but for what is given. */
  async function sign(patientId: string, { inDays = 0, labs = [] as object[], hook = 'order-sign', userId = 'Practitioner/p' } = {}): Promise<Answer> {
    const prefetch = { ...Object.fromEntries(keys.map((key) => [key, null])), patient: { resourceType: 'Patient', id: patientId, gender: 'male', birthDate: '1980-01-01' }, labs: { resourceType: 'Bundle', type: 'searchset', entry: labs.map((resource) => ({ resource })) } }
    const order = {
      resourceType: 'MedicationRequest', id: 'o1', status: 'draft', intent: 'order', subject: { reference: `Patient/${patientId}` }, medicationCodeableConcept: { text: 'inotuzumab ozogamicin' },
      dosageInstruction: [{ timing: { event: [new Date(Date.now() + inDays * DAY_MS).toISOString()] }, doseAndRate: [{ doseQuantity: { value: 0.8, unit: 'mg/m2' } }] }],
    }
    const body = { hook, hookInstance: crypto.randomUUID(), context: { userId, patientId, draftOrders: { resourceType: 'Bundle', entry: [{ resource: order }] } }, prefetch }
    const response = await fetch(`${url}/cds-services/inotuzumab-${hook}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    expect(response.status).toBe(200)
    return await response.json() as Answer
  }

  async function override(cards: readonly Card[]): Promise<void> {
    const feedback = cards.map(({ uuid }) => ({ card: uuid, outcome: 'overridden', overrideReason: { reason: { code: 'specialist-reviewed', system: 'urn:ino-cds:override-reason' } }, outcomeTimestamp: new Date().toISOString() }))
    const response = await fetch(`${url}/cds-services/inotuzumab-order-sign/feedback`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ feedback }) })
    expect(response.status).toBe(200)
  }
  const findingOf = (answer: Answer, rule: string) => answer.extension['org.ino-cds.decision'].findings.find((finding) => finding.rule === rule)
  const bilirubin = (value: number): object => ({
    resourceType: 'Observation', id: `b${String(value)}`, status: 'final', code: { coding: [{ system: 'http://loinc.org', code: '1975-2' }] }, effectiveDateTime: new Date(Date.now() - 3_600_000).toISOString(),
    valueQuantity: { value, unit: 'mg/dL' }, referenceRange: [{ high: { value: 1.2, unit: 'mg/dL' } }],
  })

  test('opens no card again while its evidence is the same, and stays in the decision', async () => {
    const first = await sign('a')
    expect(findingOf(first, 'ursodiol-missing')).toMatchObject({ shown: true })
    await override(first.cards)
    const second = await sign('a')
    expect(second.cards).toEqual([])
    expect(findingOf(second, 'ursodiol-missing')).toMatchObject({ shown: false, indicator: 'warning' })
  })
  test('of another patient silences nothing', async () => {
    await override((await sign('b')).cards)
    expect((await sign('c')).cards.length).toBeGreaterThan(0)
  })
  test('is told again in full when the result is worse', async () => {
    const first = await sign('d', { labs: [bilirubin(2.4)] })
    await override(first.cards)
    const worse = await sign('d', { labs: [bilirubin(3.6)] })
    expect(worse.cards[0]).toMatchObject({ indicator: 'critical', source: { topic: { code: 'giveOrHold' } } })
  })
  test('becomes a line where another finding opens the card', async () => {
    await override((await sign('e')).cards)
    const later = await sign('e', { inDays: 1 })
    expect(findingOf(later, 'first-baseline-labs-missing')).toMatchObject({ shown: true })
    expect(later.cards.map(({ detail }) => detail).join('\n')).toMatch(/ursodiol.*acknowledged by Practitioner\/p on \d{4}-\d{2}-\d{2}/i)
  })

  describe('that was shown while the order was written', () => {
    const findingsOf = (answer: Answer) => answer.extension['org.ino-cds.decision'].findings
    const shownIn = (answer: Answer, isInfo: boolean): string[] => findingsOf(answer).filter(({ shown, indicator }) => shown && (indicator === 'info') === isInfo).map(({ rule }) => rule).sort()
    test('is not said again at its signature if it only informs, and stays in the decision', async () => {
      const [selected, unprepared] = [await sign('told', { hook: 'order-select' }), await sign('untold')]
      const signed = await sign('told')
      const repeated = shownIn(unprepared, true).filter((rule) => shownIn(selected, true).includes(rule))
      expect(repeated.length).toBeGreaterThan(0)
      expect(shownIn(signed, true)).toEqual(shownIn(unprepared, true).filter((rule) => !repeated.includes(rule)))
      expect(shownIn(signed, false)).toEqual(shownIn(unprepared, false))
      expect(findingsOf(signed).map(({ rule }) => rule)).toEqual(findingsOf(unprepared).map(({ rule }) => rule))
    })
    test('is said again to somebody else', async () => {
      await sign('two', { hook: 'order-select' })
      expect(shownIn(await sign('two', { userId: 'Practitioner/q' }), true)).toEqual(shownIn(await sign('untold'), true))
    })
    test('is the same again while ordering goes on', async () => {
      const [first, second] = [await sign('on', { hook: 'order-select' }), await sign('on', { hook: 'order-select' })]
      expect(second.cards.map(({ summary, detail }) => [summary, detail])).toEqual(first.cards.map(({ summary, detail }) => [summary, detail]))
    })
  })
})
