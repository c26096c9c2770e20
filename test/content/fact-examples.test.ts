import { describe, expect, test } from 'vitest'
import type { CheckValue } from '../../src/language/check.ts'
import { isObject } from '../../src/facts/resources.ts'
import { compareWithLimit } from '../../src/facts/limit.ts'
import { byUnitSetting } from '../../src/facts/settings.ts'
import { relativeDate, type ShortResource } from '../../src/content/example-resources.ts'
import { NOW, scopeOf } from '../derive/scope.ts'
import { loadContent } from './loaded.ts'

const content = loadContent()
const { mapping, settings } = content

/** A fact as examples write it: a value, { missing: why }, { below: limit }. */
function readingOf(name: string, resources: readonly ShortResource[]): unknown {
  const fact = scopeOf({ resources, content, settings: {} }).fact(name)
  if (fact.state === 'missing') return { missing: fact.why }
  const value = fact.value as CheckValue
  return isObject(value) && 'bound' in value ? { [String(value['bound'])]: value['limit'] } : value
}

describe.each([...mapping.measurements])('%s', (_, { examples }) => {
  test.each(examples.map((example) => [example.name, example] as const))('%s', (_name, { given, then }) => {
    expect(Object.fromEntries(Object.keys(then).map((name) => [name, readingOf(name, given)]))).toEqual(then)
  })
})

const single = [...mapping.presences, ...mapping.answers, ...mapping.paths, ...[...mapping.drugs].filter(([, { give }]) => give !== 'orders')]
describe.each(single)('%s', (id, { examples }) => {
  test.each(examples.map((example) => [example.name, example] as const))('%s', (_name, { given, then }) => {
    expect(readingOf(id, given)).toEqual(then)
  })
})

describe.each([...mapping.records])('%s', (id, { examples }) => {
  test.each(examples.map((example) => [example.name, example] as const))('%s', (_name, { given, then }) => {
    const fact = scopeOf({ resources: given, content }).fact(id)
    const rows = fact.state === 'present' ? fact.value as readonly { at?: { at: number }; fields: Record<string, unknown> }[] : []
    const plain = rows.map(({ at, fields }, i) => Object.fromEntries(Object.keys(then[i] ?? {}).map((name) => [name, name === 'at' ? at && new Date(at.at).toISOString() : fields[name]])))
    const wanted = then.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, typeof value === 'string' ? relativeDate(value, NOW) : value])))
    expect(plain).toEqual(wanted)
  })
})

describe.each([...mapping.thresholds])('%s', (_, { examples, test: operator, limit }) => {
  const limits = typeof limit === 'string' ? byUnitSetting(settings, limit.replace('%setting.', '')) : limit
  test.each(examples.map((example) => [example.name, example] as const))('%s', (_name, { value, unit, then }) => {
    const limitInUnit = limits[unit ?? '']
    const result = value === undefined || typeof limitInUnit !== 'number' ? undefined : compareWithLimit(value, operator, limitInUnit)
    expect(result ?? 'unknown').toBe(then)
  })
})
