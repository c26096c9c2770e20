import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fastify } from 'fastify'
import type { Bundle, Observation } from 'fhir/r4.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exportBundles } from '../../src/sandbox/export.ts'
import { registerSandbox } from '../../src/sandbox/sandbox.ts'
import { type OfferedDrug, offeredDrugs, type Story } from '../../src/sandbox/stories.ts'
import { loadContent } from '../content/loaded.ts'
import { bundle, json, type Running, runSandbox } from './running.ts'

const PATIENTS = [
  'helen', 'howard', 'ready', 'overdose', 'blasts', 'qt-480', 'cd22-negative', 'pregnant', 'low-anc', 'low-counts-day8', 'interruption-14d', 'too-soon', 'stale-labs', 'infusion-reaction',
  'tumour-lysis', 'febrile', 'liver-hold', 'gilbert', 'vod-signs', 'no-ursodiol', 'two-alkylators', 'azole', 'qt-drug', 'gemtuzumab', 'live-vaccine',
]

let sandbox: Running
let now = new Date('2026-11-21T09:00:00Z')
beforeAll(async () => { sandbox = await runSandbox(() => now) })
afterAll(() => sandbox.close())

const get = (path: string) => fetch(sandbox.base + path)

describe('the lists of the page', () => {
  test('every patient comes with a story, an order and what to expect of it', async () => {
    const stories = await json<readonly Story[]>(get('/sandbox/patients'))
    expect(stories.map(({ id }) => id)).toEqual(PATIENTS)
    for (const story of stories) {
      expect(story.name).toMatch(/^\w+ \w+$/)
      expect(story.shows).not.toBe('')
      expect(story.story).toMatch(/\.$/)
      expect(story.chapter).toMatch(/^[A-Z]/)
      for (const order of [story.order, ...story.also]) expect(order.dose).toMatchObject({ value: expect.any(Number), unit: expect.stringMatching(/^m[gL]$/) })
      if (story.order.drug === 'inotuzumab') expect(story.order.note).toMatch(/^Cycle \d Day (1|8|15)$/)
    }
    expect(stories.find(({ id }) => id === 'low-anc')).toMatchObject({
      order: { label: 'Cycle 2 Day 1, 1 mg', dayOffset: 0, drug: 'inotuzumab' }, expect: ['hold-anc-cycle-start (critical)', 'anc-lt1-gcsf (info)'],
      findings: [{ rule: 'hold-anc-cycle-start', indicator: 'critical' }, { rule: 'anc-lt1-gcsf', indicator: 'info' }],
    })
  })

  test('every drug can be ordered: a coding, a dose with a unit, a route', async () => {
    const drugs = await json<readonly OfferedDrug[]>(get('/sandbox/drugs'))
    expect(drugs[0]).toMatchObject({ id: 'inotuzumab', coding: [{ code: '1942954' }, { code: '1942950' }], dose: { unit: 'mg', code: 'mg', system: 'http://unitsofmeasure.org' }, route: { text: 'Intravenous', coding: [{ code: '47625008' }] } })
    expect(drugs.map(({ id }) => id)).toEqual(expect.arrayContaining(['ursodiol', 'dexamethasone', 'acetaminophen', 'diphenhydramine', 'loratadine', 'allopurinol', 'hydroxyurea', 'haloperidol', 'ondansetron', 'voriconazole', 'busulfan', 'thiotepa', 'amoxicillin', 'gemtuzumab', 'mmr', 'sirolimus']))
    expect(new Set(drugs.map(({ id }) => id)).size).toBe(drugs.length)
  })

  test('every patient is in the record', async () => {
    for (const id of PATIENTS) expect((await get(`/fhir/Patient/${id}`)).status).toBe(200)
    expect((await bundle(get('/fhir/Patient'))).total).toBe(PATIENTS.length)
  })
})

describe('the drugs', () => {
  test('carry codes that the code lists of the content know; hydration is known by its words, and one drug is there because no rule speaks of it', () => {
    const { matcher } = loadContent().mapping
    const unknown = offeredDrugs().filter(({ coding }) => !coding.some(({ system, code }) => matcher.recognise({ codings: [{ system: system ?? '', code: code ?? '' }], texts: [] }, []).sets.size > 0))
    expect(unknown.map(({ id }) => id)).toEqual(['hydration', 'amoxicillin'])
  })
})

describe('reset', () => {
  test('undoes changes and dates the patients anew', async () => {
    const weight = async () => (await json<Observation>(get('/fhir/Observation/ready-weight-1'))).effectiveDateTime
    expect(await weight()).toBe('2026-11-19T07:30:00Z')
    await fetch(`${sandbox.base}/fhir/Patient/helen`, { method: 'DELETE' })
    now = new Date('2026-11-23T23:59:00Z')
    const response = await fetch(`${sandbox.base}/sandbox/reset`, { method: 'POST' })
    expect(response.status).toBe(200)
    expect(await json(response)).toEqual({ patients: PATIENTS.length })
    expect((await get('/fhir/Patient/helen')).status).toBe(200)
    expect(await weight()).toBe('2026-11-21T07:30:00Z')
  })
})

describe('the page', () => {
  test('is served at / with a policy that allows no inline script', async () => {
    const response = await get('/')
    expect(await response.text()).toContain('<title>Order entry</title>')
    expect(response.headers.get('content-type')).toMatch('text/html')
    expect(response.headers.get('content-security-policy')).toMatch("script-src 'self';")
    expect(response.headers.get('content-security-policy')).not.toContain('unsafe')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('cache-control')).toBe('no-cache')
  })

  test('its hashed files may be kept for a year', async () =>
    expect((await get('/assets/index-4f2a.js')).headers.get('cache-control')).toBe('public, max-age=31536000, immutable'))

  test('an unknown address is not the page', async () => expect((await get('/patients/helen')).status).toBe(404))

  test('its headers stay on the pages', async () => {
    expect((await get('/fhir/metadata')).headers.has('content-security-policy')).toBe(false)
    expect((await get('/sandbox/patients')).headers.has('content-security-policy')).toBe(false)
  })

  test('a page that is not built stops the start', async () =>
    expect(registerSandbox(fastify(), { webRoot: mkdtempSync(join(tmpdir(), 'ino-empty-')), now: () => now })).rejects.toThrow('not built'))
})

test('the patients can be written out as transactions, one file each', () => {
  const directory = join(mkdtempSync(join(tmpdir(), 'ino-export-')), 'bundles')
  const paths = exportBundles(directory, { now })
  expect(readdirSync(directory).sort()).toEqual(PATIENTS.map((id) => `${id}.json`).sort())
  for (const path of paths) {
    const written = JSON.parse(readFileSync(path, 'utf8')) as Bundle // sound: written by the function under test, checked below
    expect(written).toMatchObject({ resourceType: 'Bundle', type: 'transaction' })
    expect(written.entry?.every(({ request }) => request?.method === 'PUT')).toBe(true)
  }
})
