import fastify from 'fastify'
import { describe, expect, test } from 'vitest'
import { registerRulePages } from '../../src/http/rule-pages.ts'
import { loadContent } from '../content/loaded.ts'

describe('the pages behind the evidence links', () => {
  const content = loadContent()
  const app = fastify()
  registerRulePages(app, () => content)

  test('list every rule', async () => {
    const { body } = await app.inject('/rules')
    expect(content.rules.filter(({ id }) => !body.includes(`/rules/${id}`))).toEqual([])
  })
  test('show conditions, limits in force, evidence and examples of a rule', async () => {
    const { body, headers } = await app.inject('/rules/hold-anc-cycle-start')
    expect(body).toContain('%ancLatest &lt; %setting.anc_threshold')
    expect(body).toContain('ANC needed to start the next cycle')
    expect(body).toContain('exactly 1.0 passes')
    expect(headers['content-security-policy']).toContain("default-src 'none'")
  })
  test('show every rule without a placeholder of a setting left open', async () => {
    for (const { id } of content.rules) {
      const { body, statusCode } = await app.inject(`/rules/${id}`)
      expect([id, statusCode, body.includes('{{')]).toEqual([id, 200, false])
    }
  })
})
