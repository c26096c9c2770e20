import { expect } from 'vitest'
import { TOKEN } from '../../integration/fhir-server.ts'
import { SOURCES } from '../../integration/sources.ts'
import { type Answer, rulesOf, wordsOf } from '../../requests/answer.ts'
import { EXPECTED, orderOf, prefetchOf, requestOf, resourcesOf } from '../../requests/record.ts'
import { item } from '../checklist.ts'
import type { ClientName } from '../clients.ts'
import { access, newChart, order, recordFor, toBeRead } from '../patient.ts'
import { call, stage } from '../stage.ts'

/** Reading the client's FHIR server. */
const EHR = { needs: ['ehr'] } as const
const asked = async () => (await stage().ehr.seen()).asked
const contacts = async (): Promise<number> => (await stage().ehr.seen()).contacts
const expectGood = (answer: Answer): void => expect(rulesOf(answer)).toEqual(expect.arrayContaining([...EXPECTED]))

item('SEC-31', async () => {
  const body = await toBeRead()
  expectGood(await call(body))
  const { access_token } = body['fhirAuthorization'] as { access_token: string } // sound: access makes it
  const all = await asked()
  expect(all.length).toBeGreaterThan(5)
  expect([...new Set(all.map(({ authorization }) => authorization))]).toEqual([`Bearer ${access_token}`])
}, EHR)

/** The EHR tries to lead the token away: by a redirect, a next page, a reference, another server in prefetch. */
async function lured(): Promise<void> {
  const { ehr } = stage()
  const chart = newChart()
  const record = recordFor(chart)
  const resources = resourcesOf(record)
  const body = requestOf(chart, { drafts: [order(chart)], ...access() })
  await ehr.set({ resources, faults: [{ on: SOURCES.labs.on, does: { redirect: `${ehr.forbidden}/Observation` } }] })
  expect(wordsOf(await call(body))).toContain('laboratory results')
  await ehr.set({ resources, faults: [{ on: SOURCES.labs.on, next: `${ehr.forbidden}/Observation?page=2` }] })
  expect(rulesOf(await call(body))).toContain('data-service-incomplete')
  const reference = orderOf(chart, { medicationCodeableConcept: undefined, medicationReference: { reference: `${ehr.forbidden}/Medication/1`, display: 'inotuzumab ozogamicin' } })
  expectGood(await call(requestOf(chart, { drafts: [reference], ...access() })))
  const labs = { resourceType: 'Bundle', link: [{ relation: 'next', url: `${ehr.forbidden}/Observation?page=2` }], entry: [] }
  expect((await call(requestOf(chart, { drafts: [order(chart)], prefetch: { ...prefetchOf(record), labs }, ...access() }))).status).toBe(200)
  // Same host, another path; and a way out of the base.
  for (const next of [`${new URL(ehr.fhir).origin}/admin/Observation`, `${ehr.fhir}/../../admin`, `${ehr.fhir}%2f..%2f..%2fadmin`, `${ehr.fhir.replace('http://', 'http://user:pass@')}/Observation`]) {
    await ehr.set({ resources, faults: [{ on: SOURCES.labs.on, next }] })
    await call(requestOf(chart, { drafts: [order(chart)], ...access() }))
    expect((await asked()).filter(({ url }) => url.includes('admin'))).toEqual([])
  }
  expect(await contacts()).toBe(0)
}
item('SEC-33', lured, EHR)
item('SEC-35', lured, EHR)
item('T-73', lured, EHR)

/** Servers that are not allowed for the client are as good as none. */
async function offTheList(): Promise<void> {
  const { ehr } = stage()
  const body = await toBeRead()
  const servers = [
    ehr.forbidden, 'http://169.254.169.254/latest/meta-data', 'http://localhost:1', 'http://[::1]:9', `${ehr.fhir}/deeper`, ehr.fhir.replace('/r4', ''), `${ehr.fhir}?x=1`, `${ehr.fhir}#x`, ehr.fhir.replace('127.0.0.1', 'localhost'),
    ehr.fhir.replace('http://', 'http://evil@'), 'file:///etc/passwd', 'gopher://x', 'not a url', '',
  ]
  for (const fhirServer of servers) expect([400, 412]).toContain((await call({ ...body, fhirServer })).status)
  expect([await asked(), await contacts()]).toEqual([[], 0])
  const blind: ClientName = 'blind'
  if (stage().authenticated) expect((await call(body, { client: blind })).status).toBe(412)
  expect(await asked()).toEqual([])
  expectGood(await call({ ...body, fhirServer: `${ehr.fhir}/` }))
}
item('SEC-34', offTheList, EHR)
item('T-76', offTheList, EHR)

item('SEC-36', async () => {
  const body = await toBeRead()
  expectGood(await call(body))
  const { patientId } = body.context as { patientId: string } // sound: requestOf makes it
  for (const { url } of await asked()) expect(decodeURIComponent(url)).toMatch(new RegExp(`${patientId}|/Medication[/?]|/metadata`))
}, EHR)

item('SEC-38', async () => {
  expectGood(await call(await toBeRead()))
  const all = await asked()
  expect([...new Set(all.map(({ method }) => method))]).toEqual(['GET'])
  expect(all.every(({ authorization }) => authorization?.startsWith(`Bearer ${TOKEN}`))).toBe(true)
}, EHR)
