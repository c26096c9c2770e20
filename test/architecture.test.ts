import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const SRC = fileURLToPath(new URL('../src/', import.meta.url))
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name)).map((name) => name.replaceAll('\\', '/'))

interface Import { readonly file: string; readonly target: string; readonly isType: boolean }

const IMPORT = /^(?:import|export)\s+(type\s)?[^;'"]*?from\s+'([^']+)'|import\('([^']+)'\)/gm

/** Folder of a file in src: `http/server.ts` → http; top-level files are their own name. */
const layerOf = (file: string): string => (file.includes('/') ? file.split('/')[0] ?? file : file)

const resolve = (file: string, target: string): string => {
  // Packages are marked: one of them is called like a folder of ours.
  if (!target.startsWith('.')) return `package:${target}`
  const url = new URL(target, `file:///${file}`)
  return url.pathname.slice(1)
}

const imports: readonly Import[] = files.flatMap((file) =>
  [...readFileSync(SRC + file, 'utf8').matchAll(IMPORT)].map(([, isType, target = '', dynamic]) => ({ file, target: resolve(file, dynamic ?? target), isType: isType !== undefined })))

const LAYERS = new Set(files.map(layerOf))

/** Which layer may import which. A layer may always import itself. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  language: [],
  facts: ['language', 'derive'],
  derive: ['language', 'facts'],
  hooks: [],
  engine: ['language', 'facts', 'derive', 'hooks', 'content'],
  content: ['language', 'facts', 'derive', 'engine'],
  fhir: [],
  store: ['hooks'],
  http: ['engine', 'facts', 'fhir', 'store', 'content', 'hooks', 'language', 'errors.ts', 'config.ts', 'config-files.ts', 'logging.ts', 'version.ts'],
  // Of http the sandbox has the server of built pages.
  sandbox: ['language', 'content', 'hooks', 'http', 'errors.ts'],
  // The timeline runs the rule engine in the browser: see docs/decisions/022-engine-in-the-browser.md.
  web: ['hooks', 'engine', 'facts', 'derive', 'language', 'content', 'fhir'],
  'errors.ts': [], 'version.ts': [], 'logging.ts': [], 'config-files.ts': ['content'], 'config-settings.ts': ['config-files.ts'], 'config.ts': ['config-files.ts', 'config-settings.ts', 'content'],
  'content-in-force.ts': ['http', 'engine', 'facts', 'content', 'hooks', 'language', 'config.ts', 'config-files.ts'],
  'app.ts': ['content-in-force.ts', 'http', 'engine', 'facts', 'fhir', 'store', 'content', 'hooks', 'language', 'logging.ts', 'config.ts'],
  commands: ['content', 'content-in-force.ts', 'engine', 'hooks', 'http', 'store', 'sandbox', 'config.ts', 'errors.ts'],
  'workers.ts': ['shutdown.ts'],
  'shutdown.ts': ['app.ts', 'config.ts', 'logging.ts'],
  'main.ts': ['app.ts', 'content-in-force.ts', 'shutdown.ts', 'workers.ts', 'http', 'commands', 'config.ts', 'config-files.ts', 'logging.ts', 'content', 'sandbox'],
}

/** Types may be imported from these as well: they bind nothing at run time. */
const TYPES: Readonly<Record<string, readonly string[]>> = { sandbox: ['engine'], facts: ['content'], derive: ['content'], http: [], hooks: ['errors.ts'] }

describe('who may import whom', () => {
  test.each([...LAYERS].map((layer) => [layer]))('%s keeps to its neighbours', (layer) => {
    const allowed = new Set([layer, ...(ALLOWED[layer] ?? [])])
    const withTypes = new Set([...allowed, ...(TYPES[layer] ?? [])])
    const wrong = imports.filter(({ file }) => layerOf(file) === layer).filter(({ target }) => LAYERS.has(layerOf(target)))
      .filter(({ target, isType }) => !(isType ? withTypes : allowed).has(layerOf(target)))
    expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([])
  })

  test.each([
    ['fhirpath', ['language']], ['decimal.js', ['language']], ['fastify', ['http', 'sandbox', 'app.ts']], ['undici', ['fhir', 'http']], ['node:sqlite', ['store']],
    // In http for the description of the routes, which is made from the schemas.
    ['zod', ['content', 'hooks', 'http', 'store', 'sandbox', 'web', 'config-settings.ts', 'config-files.ts']], ['preact', ['web']], ['@medplum', ['sandbox']], ['jose', ['http', 'sandbox']], ['pg', ['store']], ['cockatiel', ['fhir']], ['prom-client', ['http']], ['uplot', ['web']], ['fhirclient', ['web']], ['pino', ['logging.ts', 'main.ts', 'shutdown.ts']],
  ])('only some layers know %s', (library, layers) => {
    const users = imports.filter(({ target, isType }) => !isType && (target === `package:${library}` || target.startsWith(`package:${library}/`))).map(({ file }) => layerOf(file))
    expect([...new Set(users)].filter((layer) => !layers.includes(layer))).toEqual([])
  })

  test('the pure layers touch no clock, file, network or log', () => {
    const pure = files.filter((file) => ['language', 'facts', 'derive', 'engine'].includes(layerOf(file)))
    const impure = pure.filter((file) => /\bDate\.now\(|new Date\(\)|from 'node:|\bfetch\(|console\./.test(readFileSync(SRC + file, 'utf8')))
    expect(impure).toEqual([])
  })

  test('what the browser runs reaches no file, socket or process', () => {
    const reached = new Set<string>()
    const reach = (file: string): void => {
      if (reached.has(file)) return
      reached.add(file)
      for (const { target, isType } of imports.filter((one) => one.file === file)) if (!isType && files.includes(target)) reach(target)
    }
    for (const file of files.filter((one) => layerOf(one) === 'web')) reach(file)
    const outside = imports.filter(({ file, target, isType }) => reached.has(file) && !isType && /^package:(?:node:|undici|fastify|pg|pino)/.test(target))
    expect(outside.map(({ file, target }) => `${file} imports ${target}`)).toEqual([])
  })

  test('only config.ts reads the environment', () => {
    const readers = files.filter((file) => /process\.env/.test(readFileSync(SRC + file, 'utf8')))
    expect(readers).toEqual(['config.ts'])
  })

  test('no file is longer than 200 lines', () => {
    const long = files.map((file) => [file, readFileSync(SRC + file, 'utf8').split('\n').length - 1] as const).filter(([, lines]) => lines > 200)
    expect(long).toEqual([])
  })
})
