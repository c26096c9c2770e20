import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { evaluate } from '../../src/commands/evaluate.ts'

const AT = '2026-03-02T09:00:00Z'

function recorded(request: unknown): string {
  const folder = mkdtempSync(join(tmpdir(), 'ino-evaluate-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'request.json')
  writeFileSync(file, typeof request === 'string' ? request : JSON.stringify(request))
  return file
}

const bundle = (...resources: readonly object[]) => ({ resourceType: 'Bundle', type: 'searchset', entry: resources.map((resource) => ({ resource })) })
const order = (text: string) => ({
  resourceType: 'MedicationRequest', id: 'o1', status: 'draft', intent: 'order', subject: { reference: 'Patient/p1' }, medicationCodeableConcept: { text },
  dosageInstruction: [{ timing: { event: [AT] }, doseAndRate: [{ doseQuantity: { value: 0.8, unit: 'mg/m2' } }] }],
})
const qtcf = { resourceType: 'Observation', id: 'e1', status: 'final', code: { coding: [{ system: 'http://loinc.org', code: '76634-5' }] }, subject: { reference: 'Patient/p1' }, effectiveDateTime: '2026-03-01T09:00:00Z', valueQuantity: { value: 520, unit: 'ms' } }
const request = (text = 'inotuzumab ozogamicin') => ({
  hook: 'order-sign', hookInstance: 'x', context: { userId: 'Practitioner/1', patientId: 'p1', draftOrders: bundle(order(text)) },
  prefetch: { patient: { resourceType: 'Patient', id: 'p1' }, ecg: bundle(qtcf), labs: null },
})

describe('a recorded request', () => {
  test('is answered as of its moment, with cards, findings, and what is missing', async () => {
    const { ok, lines } = await evaluate([recorded(request()), '--at', AT], {})
    const text = lines.join('\n')
    expect(ok).toBe(true)
    expect(lines[0]).toMatch(/^\[critical\] .*QTcF 520/)
    expect(text).toContain('  qt-hold-gt500 (critical, MedicationRequest/o1)')
    expect(text).toMatch(/\nmissing\n {2}\w+: /)
    expect(text).toMatch(/\nfacts that rules compared\n[\s\S]*  qtcfLatest = 520 ms on 2026-03-01 from Observation\/e1/)
  })

  test('is answered otherwise when the moment is another: the ECG is not yet written', async () => {
    const { lines } = await evaluate([recorded(request()), '--at', '2026-02-20T09:00:00Z'], {})
    expect(lines.join('\n')).not.toContain('  qt-hold-gt500')
  })

  test('is answered in full as JSON', async () => {
    const { lines } = await evaluate([recorded(request()), '--at', AT, '--json'], {})
    expect(JSON.parse(lines.join('\n'))).toMatchObject({ kind: 'answer', body: { cards: expect.arrayContaining([expect.objectContaining({ indicator: 'critical' })]) }, explained: { profile: 'label-us' } })
  })

  test('that concerns no rule says so', async () => {
    expect(await evaluate([recorded(request('amoxicillin'))], {})).toEqual({ ok: true, lines: ['no order of this request concerns a rule: {"cards":[]}'] })
  })

  test.each([
    ['no JSON', '{', /holds no request/], ['another hook', { hook: 'encounter-start' }, /holds no request/],
    ['no drafts', { ...request(), context: { userId: 'Practitioner/1', patientId: 'p1' } }, /^draft-orders-missing: /],
    ['nothing about the patient', { ...request(), prefetch: {} }, /^data-not-obtainable: /],
  ])('with %s is refused as the service would', async (_, body, line) => {
    const { ok, lines } = await evaluate([recorded(body)], {})
    expect(ok).toBe(false)
    expect(lines[0]).toMatch(line)
  })

  test('needs a file and a readable moment', async () => {
    expect(await evaluate([], {})).toMatchObject({ ok: false, lines: [/^usage/] })
    expect((await evaluate(['x.json', '--at', 'yesterday'], {})).ok).toBe(false)
  })
})
