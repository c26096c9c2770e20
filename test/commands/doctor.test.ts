import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { doctor } from '../../src/commands/doctor.ts'
import { ehr, json, status, type Answer } from '../fhir/ehr-server.ts'
import { signer } from '../http/ehr.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const R4 = json({ resourceType: 'CapabilityStatement', fhirVersion: '4.0.1' })

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'ino-doctor-'))
  onTestFinished(() => rmSync(path, { recursive: true }))
  return path
}

/** The lines of a look at a service whose one client publishes keys and has a FHIR server. */
async function look(answers: Readonly<Record<string, Answer>> = {}, settings: Readonly<Record<string, string>> = {}) {
  const home = folder()
  const key = await signer('k1')
  const server = await ehr({ jwks: json({ keys: [key.jwk] }), metadata: R4, ...answers })
  const clients = join(home, 'clients.yaml')
  writeFileSync(clients, `- { iss: "https://ehr.test", jwksUrl: "${server.base}/jwks", fhirServers: ["${server.base}"] }\n`)
  const { lines, ok } = await doctor({ CLIENTS_FILE: clients, DATA_DIR: join(home, 'data'), PUBLIC_URL: server.origin, ...settings })
  return { ok, lines, base: server.base, text: lines.join('\n') }
}

/** A FHIR server whose clock is wrong. */
const clockAt = (offsetSeconds: number): Answer => (response, request) =>
  json({ fhirVersion: '4.0.1' }, 200, { date: new Date(Date.now() + offsetSeconds * 1000).toUTCString() })(response, request)

describe('the doctor', () => {
  test('finds nothing wrong with a good installation', async () => {
    const { ok, lines, base } = await look()
    expect(ok).toBe(true)
    expect(lines).toContain('ok     keys of https://ehr.test: 1 of 1 keys usable')
    expect(lines).toContain(`ok     FHIR server ${base}: FHIR 4.0.1`)
    expect(lines.find((line) => line.startsWith('ok     content'))).toMatch(/\d+ rules, profile label-us, hash [0-9a-f]{16}$/)
    expect(lines.find((line) => line.startsWith('ok     store'))).toBeDefined()
    expect(lines.at(-1)).toMatch(/, 0 wrong$/)
  })

  test('tells every setting that cannot be read', async () => {
    const { ok, text } = await look({}, { PORT: 'eighty', LOG_LEVEL: 'loud' })
    expect(ok).toBe(false)
    expect(text).toMatch(/wrong {2}PORT: .*\n.*→[\s\S]*wrong {2}LOG_LEVEL: /)
  })

  test.each([
    ['keys that are not there', { jwks: status(404) }, /wrong {2}keys of https:\/\/ehr\.test: .* answered 404 with 0 keys/],
    ['keys without a name', { jwks: json({ keys: [{ kty: 'EC', alg: 'ES384' }] }) }, /wrong {2}keys of .*none of 1 keys has a kid/],
    ['keys of an algorithm that is not allowed', { jwks: json({ keys: [{ kty: 'EC', alg: 'ES256', kid: 'a' }] }) }, /wrong {2}keys of .*serves ES384, RS384/],
    ['a FHIR server of another version', { metadata: json({ resourceType: 'CapabilityStatement', fhirVersion: '5.0.0' }) }, /wrong {2}FHIR server .*: it speaks FHIR 5\.0\.0/],
    ['something that is no FHIR server', { metadata: json({ hello: 1 }) }, /wrong {2}FHIR server .*without a fhirVersion/],
    ['a clock that is hours away', { metadata: clockAt(7_200) }, /wrong {2}FHIR server .*: its clock is 7\d\d\d s ahead of ours/],
  ] as const)('finds %s', async (_, answers, line) => {
    const { ok, text } = await look(answers)
    expect(ok).toBe(false)
    expect(text).toMatch(line)
  })

  test.each([
    ['a FHIR server whose metadata need a token', { metadata: status(401) }, /doubt {2}FHIR server .*its version is not known/],
    ['a clock that is half a minute behind', { metadata: clockAt(-30) }, /doubt {2}FHIR server .*: its clock is (29|30|31) s behind ours/],
  ] as const)('only doubts %s', async (_, answers, line) => {
    const { ok, text } = await look(answers)
    expect(ok).toBe(true)
    expect(text).toMatch(line)
  })

  test('finds neighbours that cannot be reached', async () => {
    const home = folder()
    const clients = join(home, 'clients.yaml')
    writeFileSync(clients, '- { iss: a, jwksUrl: "http://127.0.0.1:1/jwks", fhirServers: ["http://127.0.0.1:1/fhir"] }\n')
    const { ok, lines } = await doctor({ CLIENTS_FILE: clients, DATA_DIR: join(home, 'data') })
    expect(ok).toBe(false)
    expect(lines.filter((line) => line.startsWith('wrong'))).toHaveLength(2)
  })

  test('finds wrong content, each problem with its address', async () => {
    const home = folder()
    for (const part of ['cards', 'fhir-mappings']) cpSync(join(ROOT, part), join(home, part), { recursive: true })
    writeFileSync(join(home, 'cards/qt/qt-hold-gt500.yaml'), 'titel: x\n')
    const { ok, text } = await look({}, { CONTENT_DIR: home })
    expect(ok).toBe(false)
    expect(text).toMatch(/wrong {2}content: cards\/qt\/qt-hold-gt500\.yaml:1:1 /)
  })

  test('finds a data folder that is none', async () => {
    const file = join(folder(), 'file')
    writeFileSync(file, '')
    const { ok, text } = await look({}, { DATA_DIR: file })
    expect(ok).toBe(false)
    expect(text).toMatch(/wrong {2}store in .*\n.*→ DATA_DIR must be a folder/)
  })
})
