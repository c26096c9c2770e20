import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CONFIG_DOCS, configTable, isProblems, readConfig, type Command, type Config, type Environment } from '../src/config.ts'

const folder = mkdtempSync(join(tmpdir(), 'ino-config-'))
const file = (name: string, text: string): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const read = (env: Environment, command: Command = 'serve') => readConfig(env, { command, inContainer: false })
const config = (env: Environment, command: Command = 'serve'): Config => {
  const result = read(env, command)
  if (isProblems(result)) throw new Error(JSON.stringify(result))
  return result
}
const problems = (env: Environment, command: Command = 'serve') => {
  const result = read(env, command)
  return isProblems(result) ? result : []
}
const names = (env: Environment, command: Command = 'serve') => problems(env, command).map(({ name }) => name)

const KEY = '{ kty: EC, crv: P-384, kid: k1, x: "AAAA", y: "BBBB" }'

describe('an empty environment', () => {
  it('gives the documented defaults of serve', () => {
    expect(config({})).toMatchObject({
      host: '127.0.0.1', port: 8080, publicUrl: 'http://localhost:8080', authMode: 'jwt', clients: [], fhirServers: [],
      site: { profile: 'label-us', settings: {}, timezone: 'UTC', site_uln: {}, lists: {} },
      dataDir: join(process.cwd(), 'data'), contentDir: join(import.meta.dirname, '..'), corsOrigins: [],
      deadlineMs: 4000, bodyLimit: 16_777_216, logLevel: 'info', production: false,
    })
  })

  it('lets the sandbox be called by everybody from every page', () => {
    expect(config({}, 'sandbox')).toMatchObject({ authMode: 'none', corsOrigins: '*' })
  })

  it('listens on every address inside a container', () => {
    expect(readConfig({}, { command: 'serve', inContainer: true })).toMatchObject({ host: '0.0.0.0' })
    expect(readConfig({ HOST: '127.0.0.1' }, { command: 'serve', inContainer: true })).toMatchObject({ host: '127.0.0.1' })
  })

  it('starts without clients, and says that nobody can call', () => {
    expect(config({}).notices).toEqual(['CLIENTS_FILE names no client: every hook call will get 401'])
  })
})

describe('values', () => {
  it('counts blank as unset', () => {
    expect(config({ PORT: '', PUBLIC_URL: '  ' })).toMatchObject({ port: 8080, publicUrl: 'http://localhost:8080' })
  })

  it('takes the port into the public URL, and cuts the slash of a given one', () => {
    expect(config({ PORT: '9000' }).publicUrl).toBe('http://localhost:9000')
    expect(config({ PUBLIC_URL: 'https://cds.example.org/ino/' }).publicUrl).toBe('https://cds.example.org/ino')
  })

  it('splits lists at commas', () => {
    expect(config({ FHIR_SERVERS: 'https://a.test/r4/, http://b.test:8080/fhir' }).fhirServers).toEqual(['https://a.test/r4', 'http://b.test:8080/fhir'])
    expect(config({ CORS_ORIGINS: 'https://a.test,http://localhost:3000' }).corsOrigins).toEqual(['https://a.test', 'http://localhost:3000'])
  })

  it.each([
    ['PORT', '65536'], ['PORT', '-1'], ['PORT', '80.5'], ['PORT', 'http'],
    ['PUBLIC_URL', 'cds.example.org'], ['PUBLIC_URL', 'ftp://x.test'], ['PUBLIC_URL', 'https://x.test/?a=1'], ['PUBLIC_URL', 'https://user:pass@x.test'],
    ['AUTH_MODE', 'off'], ['ALLOW_UNAUTHENTICATED', 'true'], ['FHIR_SERVERS', 'https://a.test,nonsense'], ['DATABASE_URL', 'mysql://x'],
    ['CONTENT_DIR', '/there/is/no/such/folder'], ['CORS_ORIGINS', 'https://a.test/'], ['CORS_ORIGINS', '*,https://a.test'], ['CORS_ORIGINS', 'null'],
    ['DEADLINE_MS', '99'], ['DEADLINE_MS', '60001'], ['BODY_LIMIT_MB', '0'], ['LOG_LEVEL', 'verbose'],
    ['STORE_INPUTS', 'all'], ['STORE_COMMENTS', 'true'], ['RETENTION_DAYS', '0'], ['RETENTION_DAYS', '36501'], ['ADMIN_TOKEN', 'x'.repeat(31)], ['ADMIN_TOKEN', `${'x'.repeat(32)},short`], ['ADMIN_TOKEN', `${'x'.repeat(20)} ${'x'.repeat(20)}`], ['ADMIN_TOKEN', ','],
    ['CLIENTS_FILE', '/there/is/no/such/file'], ['SITE_SETTINGS', '/there/is/no/such/file'],
  ])('refuses %s=%s', (name, value) => {
    expect(names({ [name]: value })).toEqual([name])
  })

  it('stores no inputs and no comments, and for ever, unless told otherwise', () => {
    expect(config({}).stored).toEqual({ inputs: 'none', comments: false, days: undefined })
    expect(config({ STORE_INPUTS: 'values', STORE_COMMENTS: 'yes', RETENTION_DAYS: '1' }).stored).toEqual({ inputs: 'values', comments: true, days: 1 })
  })

  it.each([
    ['postgres://u:p@db.test/ino', 1], ['postgres://u:p@db.test/ino?sslmode=disable', 1], ['postgres://u:p@db.test/ino?sslmode=prefer', 1], ['postgres://u:p@db.test/ino?sslmode=verify-full', 0],
    ['postgresql://u:p@db.test/ino?sslmode=require', 0], ['postgres://u:p@localhost/ino', 0], ['postgres:///ino?host=/run/postgresql', 0],
  ])('says in production when the database is reached without TLS: %s', (url, notices) => {
    const said = config({ DATABASE_URL: url, NODE_ENV: 'production', PUBLIC_URL: 'https://cds.test' }).notices.filter((notice) => notice.startsWith('DATABASE_URL'))
    expect(said).toHaveLength(notices)
    expect(JSON.stringify(said)).not.toContain('u:p')
    expect(config({ DATABASE_URL: url }).notices.filter((notice) => notice.startsWith('DATABASE_URL'))).toEqual([])
  })

  it('takes several administrator tokens, so that one can replace the other', () => {
    const [old, next] = ['o'.repeat(32), 'n'.repeat(40)]
    expect(config({ ADMIN_TOKEN: `${old}, ${next}` }).adminTokens).toEqual([old, next])
    expect(config({}).adminTokens).toEqual([])
  })

  it.each([['PORT', '0'], ['PORT', '65535'], ['DEADLINE_MS', '100'], ['DEADLINE_MS', '60000'], ['BODY_LIMIT_MB', '1'], ['CORS_ORIGINS', '*'], ['DATABASE_URL', 'postgres://u:p@h/db']])(
    'accepts %s=%s', (name, value) => {
      expect(problems({ [name]: value })).toEqual([])
    })

  it('reports every problem of every kind in one go', () => {
    const site = file('bad-site.yaml', 'timezone: Mars/Olympus\n')
    expect(names({ PORT: 'x', LOG_LEVEL: 'x', SITE_SETTINGS: site, CLIENTS_FILE: '/nowhere', NODE_ENV: 'production', AUTH_MODE: 'none' }))
      .toEqual(['PORT', 'LOG_LEVEL', 'CLIENTS_FILE', `${site}:1`, 'AUTH_MODE'])
  })

  it('never repeats a value: it may be a secret', () => {
    const secret = 's3cr3t-value'
    const env = Object.fromEntries(CONFIG_DOCS.map(({ name }) => [name, secret]))
    const reported = problems({ ...env, CLIENTS_FILE: undefined, SITE_SETTINGS: undefined })
    expect(reported.length).toBeGreaterThan(5)
    expect(JSON.stringify(reported)).not.toContain(secret)
  })
})

describe('production', () => {
  it.each([['serve', { AUTH_MODE: 'none' }], ['sandbox', {}]] as const)('refuses %s without authentication', (command, env) => {
    expect(names({ ...env, NODE_ENV: 'production' }, command)).toEqual(['AUTH_MODE'])
  })

  it('gives in when told explicitly', () => {
    expect(config({ AUTH_MODE: 'none', NODE_ENV: 'production', ALLOW_UNAUTHENTICATED: 'yes' }).authMode).toBe('none')
    expect(names({ AUTH_MODE: 'none', NODE_ENV: 'production', ALLOW_UNAUTHENTICATED: 'no' })).toEqual(['AUTH_MODE'])
  })

  it.each([['PUBLIC_URL'], ['SMART_APP_URL']])('wants %s over TLS, except on this machine', (name) => {
    expect(names({ [name]: 'http://cds.hospital.test/x', NODE_ENV: 'production' })).toEqual([name])
    expect(names({ [name]: 'http://localhost:9/x', NODE_ENV: 'production' })).toEqual([])
    expect(names({ [name]: 'http://cds.hospital.test/x' })).toEqual([])
  })

  it('wants keys over TLS, except from this machine', () => {
    const clients = file('plain.yaml', '- { iss: https://a.test, jwksUrl: http://a.test/jwks }\n- { iss: https://b.test, jwksUrl: http://localhost:9/jwks }\n')
    expect(names({ CLIENTS_FILE: clients, NODE_ENV: 'production' })).toEqual(['CLIENTS_FILE'])
    expect(names({ CLIENTS_FILE: clients })).toEqual([])
  })
})

describe('CLIENTS_FILE', () => {
  it('fills in what a client does not say', () => {
    const clients = file('clients.yaml', `- iss: https://ehr.test\n  jwksUrl: https://ehr.test/jwks\n- iss: https://b.test\n  jwks: { keys: [${KEY}] }\n  tenant: north\n  dialect: epic\n  fhirServers: [https://b.test/r4/]\n`)
    expect(config({ CLIENTS_FILE: clients }).clients).toMatchObject([
      { iss: 'https://ehr.test', jwksUrl: 'https://ehr.test/jwks', fhirServers: [], dialect: 'generic', orderCodes: [], maxTokenAgeSeconds: 3600, tenants: [], algorithms: ['ES384', 'RS384'] },
      { iss: 'https://b.test', tenants: ['north'], dialect: 'epic', fhirServers: ['https://b.test/r4'] },
    ])
  })

  it('says in which line what is wrong', () => {
    const clients = file('wrong.yaml', '- iss: https://a.test\n  jwksUrl: https://a.test/jwks\n  dialect: cerner\n- iss: https://b.test\n  algorithms: [HS256]\n  jwksUrl: https://b.test/jwks\n  fhirServer: https://b.test\n')
    expect(problems({ CLIENTS_FILE: clients }).map(({ name, wrong }) => `${name.slice(clients.length)} ${wrong.split(':')[0]}`))
      .toEqual([':3 0.dialect', ':5 1.algorithms.0', ':4 1'])
  })

  it.each([
    ['neither keys nor their address', '- iss: https://a.test\n'],
    ['both keys and their address', `- { iss: https://a.test, jwksUrl: https://a.test, jwks: { keys: [${KEY}] } }\n`],
    ['a private key', '- { iss: https://a.test, jwks: { keys: [{ kty: EC, kid: k, d: "AAAA" }] } }\n'],
    ['a symmetric key', '- { iss: https://a.test, jwks: { keys: [{ kty: oct, kid: k, k: "AAAA" }] } }\n'],
    ['the same issuer twice', '- { iss: https://a.test, jwksUrl: https://a.test/1 }\n- { iss: https://a.test, jwksUrl: https://a.test/2 }\n'],
    ['the same tenant twice', '- { iss: https://a.test, jwksUrl: https://a.test/1, tenant: [n, s] }\n- { iss: https://a.test, jwksUrl: https://a.test/2, tenant: s }\n'],
    ['no list', 'iss: https://a.test\n'],
    ['broken YAML', '- iss: [\n'],
  ])('refuses %s', (_, yaml) => {
    expect(problems({ CLIENTS_FILE: file('refused.yaml', yaml) }).length).toBeGreaterThan(0)
  })

  it('accepts one issuer with several tenants', () => {
    const clients = file('tenants.yaml', '- { iss: https://a.test, jwksUrl: https://a.test/1, tenant: n }\n- { iss: https://a.test, jwksUrl: https://a.test/2, tenant: s }\n- { iss: https://a.test, jwksUrl: https://a.test/3 }\n')
    expect(config({ CLIENTS_FILE: clients }).clients).toHaveLength(3)
  })
})

describe('SITE_SETTINGS', () => {
  it('keeps the values of the content as they were parsed', () => {
    const site = file('site.yaml', 'profile: es-valtermed\ntimezone: Europe/Madrid\nsettings:\n  anc_threshold: 1.5\n  hepatic_hold_logic: both\nsite_uln: { ast: { value: 40, unit: U/L } }\n')
    expect(config({ SITE_SETTINGS: site }).site).toEqual({
      profile: 'es-valtermed', timezone: 'Europe/Madrid', settings: { anc_threshold: 1.5, hepatic_hold_logic: 'both' }, site_uln: { ast: { value: 40, unit: 'U/L' } }, lists: {},
    })
  })

  it.each([['an empty file', ''], ['members without value', 'settings:\nlists:\n']])('takes %s for no choice', (_, yaml) => {
    expect(config({ SITE_SETTINGS: file('empty.yaml', yaml) }).site).toMatchObject({ profile: 'label-us', timezone: 'UTC', settings: {} })
  })

  it.each([['an unknown member', 'profil: label-eu\n'], ['an unknown time zone', 'timezone: Mars/Olympus\n'], ['a number as profile', 'profile: 3\n'], ['a list as settings', 'settings: [1]\n']])(
    'refuses %s with its line', (_, yaml) => {
      const site = file('site-wrong.yaml', yaml)
      expect(names({ SITE_SETTINGS: site })).toEqual([`${site}:1`])
    })
})

it('documents every setting once, with default and meaning', () => {
  const rows = configTable().split('\n').slice(2)
  expect(rows).toHaveLength(CONFIG_DOCS.length)
  expect(rows.every((row) => /^\| `[A-Z_]+` \| [^|]+ \| [^|]+ \|$/.test(row) && !row.includes('undefined'))).toBe(true)
  expect(CONFIG_DOCS.map(({ name }) => name)).toEqual(expect.arrayContaining(['HOST', 'PORT', 'PUBLIC_URL', 'AUTH_MODE', 'CLIENTS_FILE', 'FHIR_SERVERS', 'SITE_SETTINGS',
    'DATABASE_URL', 'DATA_DIR', 'CONTENT_DIR', 'CORS_ORIGINS', 'DEADLINE_MS', 'BODY_LIMIT_MB', 'LOG_LEVEL']))
})
