import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { CONFIG_DOCS, isProblems, readConfig } from '../../src/config.ts'
import { at, imageEnv, imageUser, list, ROOT, text, yaml } from './manifests.ts'

const dockerfile = text('Dockerfile')
const ignored = text('.dockerignore')
const compose = yaml('docker/compose.yaml')
const services = at(compose, 'services')

describe('the image', () => {
  test('sets only settings that the service has, and starts with them', () => {
    const known = new Set(CONFIG_DOCS.map(({ name }) => name))
    expect(Object.keys(imageEnv).filter((name) => !known.has(name))).toEqual([])
    expect(isProblems(readConfig({ ...imageEnv, DATA_DIR: '/tmp' }, { command: 'serve' }))).toBe(false)
  })

  test('is built from what the build may see', () => {
    const seen = ignored.split('\n').filter((line) => line.startsWith('!')).map((line) => line.slice(1))
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources = '']) => sources.split(' ')).map((source) => source.split('/')[0] ?? '')
    expect(ignored.startsWith('*\n')).toBe(true)
    expect(copied.filter((source) => !seen.includes(source))).toEqual([])
    expect(seen.filter((path) => !copied.includes(path))).toEqual([])
  })

  test('of the service holds everything of src but the sandbox and the pages', () => {
    const removed = /^RUN rm -r (.+)$/m.exec(dockerfile)?.[1]?.split(' ') ?? []
    expect(removed).toEqual(['src/sandbox', 'src/web'])
    expect(readdirSync(`${ROOT}src`)).toEqual(expect.arrayContaining(['sandbox', 'web']))
  })

  test('is the last stage, runs as a user by number, and names no registry', () => {
    expect([...dockerfile.matchAll(/^FROM \S+ AS (\w+)$/gm)].at(-1)?.[1]).toBe('service')
    expect(imageUser).toEqual([1000, 1000])
    expect(`${dockerfile}${text('.npmrc')}`).not.toMatch(/https?:\/\/\S*(registry|npm)/)
  })
})

describe('the composed demonstration', () => {
  const serviceEnv = Object.fromEntries(Object.entries(at(services, 'ino-cds.environment') ?? {}).map(([name, value]) => [name, String(value)]))

  test('starts the service with settings it has', () => {
    const known = new Set(CONFIG_DOCS.map(({ name }) => name))
    expect(Object.keys(serviceEnv).filter((name) => !known.has(name))).toEqual([])
    expect(isProblems(readConfig({ ...imageEnv, ...serviceEnv }, { command: 'serve' }))).toBe(false)
  })

  const hasCompose = spawnSync('docker', ['compose', 'version']).status === 0
  test.skipIf(!hasCompose)('is one that Docker Compose can read', () => {
    const { status, stderr } = spawnSync('docker', ['compose', '--file', `${ROOT}docker/compose.yaml`, 'config', '--quiet'], { encoding: 'utf8' })
    expect([status, stderr]).toEqual([0, ''])
  })

  test('gives the service the database that is there', () => {
    const address = new URL(serviceEnv['DATABASE_URL'] ?? '')
    const database = at(services, `${address.hostname}.environment`)
    expect([address.username, address.password, address.pathname.slice(1)]).toEqual([at(database, 'POSTGRES_USER'), at(database, 'POSTGRES_PASSWORD'), at(database, 'POSTGRES_DB')])
    expect(at(services, `ino-cds.depends_on.${address.hostname}.condition`)).toBe('service_healthy')
  })

  test('loads the demo patients into the FHIR server that the service may read', () => {
    const loaded = list(services, 'demo-data.command').at(-1)
    expect(loaded).toBe(serviceEnv['FHIR_SERVERS'])
    expect(Object.keys(services ?? {})).toContain(new URL(String(loaded)).hostname)
    expect(dockerfile).toContain(`AS ${String(at(services, 'demo-data.build.target'))}\n`)
  })

  test('lets nobody in but this machine, and writes nowhere but to volumes', () => {
    const ports = Object.values(services ?? {}).flatMap((service) => list(service, 'ports')).map(String)
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([])
    expect(at(services, 'ino-cds.read_only')).toBe(true)
  })

  test('leaves the official CDS Hooks sandbox to those who ask for it', () => {
    expect(list(services, 'cds-hooks-sandbox.profiles')).toEqual(['cds-hooks-sandbox'])
    expect(serviceEnv['CORS_ORIGINS']).toBe(`http://localhost:${String(list(services, 'cds-hooks-sandbox.ports')[0]).split(':')[1] ?? ''}`)
  })
})
