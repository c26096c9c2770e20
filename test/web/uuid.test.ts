import { expect, test } from 'vitest'
import { uuid } from '../../src/web/uuid.ts'

test('a uuid is of version 4 and never the same', () => {
  const made = Array.from({ length: 500 }, uuid)
  for (const one of made) expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(new Set(made).size).toBe(500)
})
