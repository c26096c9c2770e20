import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const read = (file: string): string => readFileSync(ROOT + file, 'utf8')

/** `| \`row\` | … | \`test/…\` |` */
const rows = read('docs/reliability.md').split('\n').flatMap((line) => {
  const [, id, cells = '', file] = /^\| `([\w-]+)` \|(.*)\| `(test\/[\w./-]+)` \|$/.exec(line) ?? []
  return id === undefined || file === undefined ? [] : [{ id, file, cells: cells.split('|').map((cell) => cell.trim()) }]
})

/** The rows that a file tests: titles that begin with one, and rows of a table of cases. */
const testedIn = (source: string): readonly string[] => [...source.matchAll(/\('([a-z][a-z\d-]*): |\{ id: '([a-z]+-[a-z\d-]+)'/g)].map(([, title, id]) => title ?? id ?? '')

describe('the fault matrix', () => {
  test('has rows', () => expect(rows.length).toBeGreaterThan(30))
  test.each(rows)('$id has a test', ({ id, file }) => {
    expect(existsSync(ROOT + file)).toBe(true)
    expect(testedIn(read(file))).toContain(id)
  })
  test.each(rows)('$id says what is wrong, what clinician and operator see, and how it recovers', ({ cells }) => {
    expect(cells.map((cell) => cell.length > 0)).toEqual([true, true, true, true])
  })
  test('names every row once', () => expect(rows.map(({ id }) => id)).toEqual([...new Set(rows.map(({ id }) => id))]))

  const files = readdirSync(`${ROOT}test/faults`).filter((name) => name.endsWith('.fault.ts')).map((name) => `test/faults/${name}`)
  test.each(files)('names every row of %s', (file) => {
    const named = rows.filter((row) => row.file === file).map(({ id }) => id)
    expect([...new Set(testedIn(read(file)))].filter((id) => !named.includes(id))).toEqual([])
  })
})
