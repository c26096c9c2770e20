import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chartOf, INOTUZUMAB, orderOf, prefetchOf, recordOf, requestOf } from './record.ts'
import { type Service, startService } from './running.ts'

/** The prefetch is parsed only where an order concerns a rule: what that may hide, and what not. */
const chart = chartOf('p1')
const order = orderOf(chart)
const amoxicillin = { ...order, medicationCodeableConcept: { text: 'Amoxicillin' } }

let service: Service
beforeAll(async () => void (service = await startService()))
afterAll(async () => service.stop())

async function post(draft: object, spoil: (text: string) => string = (text) => text, prefetch: Readonly<Record<string, unknown>> = prefetchOf(recordOf(chart))): Promise<{ status: number; text: string }> {
  const body = spoil(JSON.stringify(requestOf(chart, { drafts: [draft], prefetch })))
  const response = await fetch(`${service.url}/cds-services/inotuzumab-order-sign`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  return { status: response.status, text: await response.text() }
}

const garbled = (text: string): string => text.replace('"prefetch":{', '"prefetch":{"x":nothing,')
const nothing = { status: 200, text: '{"cards":[]}' }

describe('a prefetch that is no JSON', () => {
  test('is an error for an order of concern, never an all-clear', async () => {
    const { status, text } = await post(order, garbled)
    expect(status).toBe(400)
    expect(text).toContain('malformed-json')
  })
  test('is an error for an order whose drug only a Medication of the record can name', async () => {
    const { medicationCodeableConcept: _, ...rest } = order
    expect((await post({ ...rest, medicationReference: { reference: 'Medication/m1', display: 'study drug' } }, garbled)).status).toBe(400)
  })
  test('does not matter to an order that concerns no rule', async () => {
    expect(await post(amoxicillin, garbled)).toEqual(nothing)
  })
  test('is an error even then when the body ends within it', async () => {
    expect((await post(amoxicillin, (text) => text.slice(0, -40))).status).toBe(400)
  })
})

describe('an order of concern is seen', () => {
  test('when its context stands behind the prefetch', async () => {
    const { status, text } = await post(order, (body) => {
      const { context, ...rest } = JSON.parse(body) as { context: unknown } // the request of this test
      return JSON.stringify({ ...rest, context })
    })
    expect(status).toBe(200)
    expect(text).toContain('org.ino-cds.decision')
  })
  test('when a second context behind the prefetch brings it', async () => {
    const context = JSON.stringify(requestOf(chart, { drafts: [order] }).context)
    const { text } = await post(amoxicillin, (body) => `${body.slice(0, -1)},"c\\u006fntext":${context}}`)
    expect(text).toContain('org.ino-cds.decision')
  })
  test('when only a Medication of the prefetch says which drug it is', async () => {
    const { medicationCodeableConcept: _, ...rest } = order
    const medication = { resourceType: 'Medication', id: 'm1', code: INOTUZUMAB }
    const draft = { ...rest, medicationReference: { reference: 'Medication/m1', display: 'study drug' } }
    const { text } = await post(draft, undefined, { ...prefetchOf(recordOf(chart)), drug: { resourceType: 'Bundle', type: 'searchset', entry: [{ resource: medication }] } })
    expect(text).toContain('org.ino-cds.decision')
  })
})
