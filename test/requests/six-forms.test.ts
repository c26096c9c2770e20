import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Ehr, startEhr, TOKEN } from '../integration/fhir-server.ts'
import { type Answer, cardsOf, findingsOf, rulesOf, verdictOf, wordsOf } from './answer.ts'
import { chartOf, EXPECTED, type HookName, orderOf, prefetchOf, recordOf, requestOf, resourcesOf } from './record.ts'
import { type Service, startService } from './running.ts'
import { FORMS, MEDICATION } from './six-forms.ts'

const chart = chartOf('six')
let ehr: Ehr
let service: Service

beforeAll(async () => {
  ehr = await startEhr({ resources: [...resourcesOf(recordOf(chart)), MEDICATION] })
  service = await startService({ FHIR_SERVERS: ehr.base })
})
afterAll(async () => {
  await Promise.all([service.stop(), ehr.stop()])
})

const access = () => ({ fhirServer: ehr.base, fhirAuthorization: { access_token: TOKEN, token_type: 'Bearer', expires_in: 300, scope: '', subject: 'x' } })
/** The cards without the drafts that their updates repeat: those name the drug as they did. */
const cardsWithoutDrafts = (answer: Answer): unknown => JSON.parse(JSON.stringify(cardsOf(answer)), (key, value: unknown) => (key === 'resource' ? 'a resource' : value))

/** Cards that rest on a name alone say so in a line of their own. */
const withoutTheName = (cards: unknown): unknown => JSON.parse(JSON.stringify(cards).split('\\n').filter((line) => !line.includes('Recognised by name only')).join('\\n'))

describe.each<HookName>(['order-sign', 'order-select'])('T-10: at %s', (hook) => {
  const call = (drafts: readonly object[], prefetch: unknown) => service.call(requestOf(chart, { hook, drafts, prefetch, ...access() }))

  test.each(FORMS)('an order that names its drug by $name gets the same cards', async ({ drafts }) => {
    const prefetch = prefetchOf(recordOf(chart))
    const [clean, variant] = await Promise.all([call([orderOf(chart)], prefetch), call(drafts(orderOf(chart), ehr.base), prefetch)])
    expect(rulesOf(variant)).toEqual(expect.arrayContaining([...EXPECTED]))
    expect(findingsOf(variant)).toEqual(findingsOf(clean))
    expect(variant.decision?.orders).toEqual(['MedicationRequest/o1'])
    expect(withoutTheName(cardsWithoutDrafts(variant))).toEqual(withoutTheName(cardsWithoutDrafts(clean)))
  })
  test.each(FORMS)('an order that names its drug by $name gets the same findings when all is read from the EHR', async ({ drafts }) => {
    expect(findingsOf(await call(drafts(orderOf(chart), ehr.base), undefined))).toEqual(findingsOf(await call([orderOf(chart)], undefined)))
  })
})

test('T-10: a Medication under any prefetch key is the one referred to', async () => {
  const drafts = FORMS[3]?.drafts(orderOf(chart), ehr.base) ?? []
  const prefetch = prefetchOf(recordOf(chart))
  const clean = await service.call(requestOf(chart, { prefetch }))
  for (const sent of [{ orderMedication: MEDICATION }, { orderMedication: { resourceType: 'Bundle', entry: [{ resource: MEDICATION }] } }]) {
    expect(findingsOf(await service.call(requestOf(chart, { drafts, prefetch: { ...prefetch, ...sent } })))).toEqual(findingsOf(clean))
  }
})

test('T-10: an older dose given is recognised in each form, so that the cycle stays the same', async () => {
  const clean = await service.call(requestOf(chart, { prefetch: prefetchOf(recordOf(chart)), ...access() }))
  for (const { name, drafts } of FORMS) {
    const administrations = recordOf(chart).administrations.flatMap((dose) => drafts(dose, ehr.base))
    const answer = await service.call(requestOf(chart, { prefetch: prefetchOf(recordOf(chart, { administrations: administrations as never })), ...access() })) // sound: forms keep the type of what they are given
    expect({ name, verdict: verdictOf(answer) }).toEqual({ name, verdict: verdictOf(clean) })
  }
})

test('T-10: a drug recognised by its words alone is marked as such on the card', async () => {
  const drafts = FORMS[5]?.drafts(orderOf(chart), ehr.base) ?? []
  expect(wordsOf(await service.call(requestOf(chart, { drafts, prefetch: prefetchOf(recordOf(chart)) })))).toMatch(/by name only/i)
})
