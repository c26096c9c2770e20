import { expect, it } from 'vitest'
import { ERRORS, problemBody, type ErrorCode, type WireError } from '../src/errors.ts'

const rows: readonly (readonly [string, WireError])[] = Object.entries(ERRORS)
// Sound: the table's own keys.
const codes = Object.keys(ERRORS) as ErrorCode[]

it.each(rows)('%s stands under its own code', (key, { code, status, text, todo }) => {
  expect(code).toBe(key)
  expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/)
  expect(status).toBeGreaterThanOrEqual(400)
  expect(status).toBeLessThan(600)
  for (const sentence of [text, todo]) expect(sentence).toMatch(/^[A-Z].*\.$/)
})

it.each([['data-not-obtainable', 412], ['unauthorized', 401], ['unknown-service', 404], ['method-not-allowed', 405], ['body-too-large', 413], ['unsupported-media-type', 415], ['rate-limited', 429], ['too-busy', 503], ['internal', 500]] as const)(
  '%s is answered with %i', (code, status) => {
    expect(ERRORS[code].status).toBe(status)
  })

it.each(codes)('%s becomes an OperationOutcome', (code) => {
  expect(problemBody(code)).toEqual({
    resourceType: 'OperationOutcome',
    issue: [{
      severity: ERRORS[code].status >= 500 ? 'fatal' : 'error',
      code: ERRORS[code].issue,
      details: { coding: [{ system: 'urn:ino-cds:error', code }], text: `${ERRORS[code].text} ${ERRORS[code].todo}` },
    }],
  })
})

it('names elements and correlation id when there are any', () => {
  expect(problemBody('invalid-request', { expression: ['context.userId'], correlationId: 'c-1' }).issue[0]).toMatchObject({ expression: ['context.userId'], diagnostics: 'Correlation id: c-1' })
})

it('points at the scopes of the EHR when draftOrders are missing', () => {
  expect(problemBody('draft-orders-missing').issue[0]?.details.text).toMatch(/scopes for unsigned orders/)
})
