import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { z } from 'zod'
import { DEFAULT_SITE, readClients, readSite, type ClientEntry, type ConfigProblem, type SiteSettings } from './config-files.ts'
import { Settings } from './config-settings.ts'

export type { ClientEntry, ConfigProblem, Dialect, SiteSettings } from './config-files.ts'
export { CONFIG_DOCS, configTable } from './config-settings.ts'

export type Environment = Readonly<Record<string, string | undefined>>
export type Command = 'serve' | 'sandbox'

/** What the store keeps, and how long. */
export interface StoredSettings {
  readonly inputs: 'none' | 'references' | 'values'
  /** What clinicians wrote into feedback. */
  readonly comments: boolean
  /** Without it: for ever. */
  readonly days: number | undefined
}

/** Everything the service is told from outside, with every default filled in. */
export interface Config {
  readonly command: Command
  readonly host: string
  readonly port: number
  /** Without trailing slash. */
  readonly publicUrl: string
  readonly authMode: 'jwt' | 'none'
  readonly clients: readonly ClientEntry[]
  /** Base URLs that may be queried for anonymous callers. */
  readonly fhirServers: readonly string[]
  readonly site: SiteSettings
  /** Where `site` was read, to be read again when content is reloaded. */
  readonly siteFile: string | undefined
  /** Secrets that open the routes under /admin/; none: they do not exist, except in the sandbox, where they are open. */
  readonly adminTokens: readonly string[]
  readonly databaseUrl: string | undefined
  readonly dataDir: string
  readonly stored: StoredSettings
  /** Folder that holds `cards/` and `fhir-mappings/`. */
  readonly contentDir: string
  readonly serviceIds: 'distinct' | 'shared'
  /** Does discovery need a token? */
  readonly guardedDiscovery: boolean
  /** Where the SMART app is launched; undefined: there is none. */
  readonly smartAppUrl: string | undefined
  /** Names the FHIR servers of the SMART app that `serve` serves; undefined: it serves none. */
  readonly timelineConfig: string | undefined
  readonly corsOrigins: '*' | readonly string[]
  readonly deadlineMs: number
  /** Expected wait beyond which calls are turned away; 0 is none. */
  readonly shedAfterMs: number
  /** Between SIGTERM and the end of listening. */
  readonly drainMs: number
  /** bytes */
  readonly bodyLimit: number
  /** Calls a minute; 0 is no limit. */
  readonly rateLimits: { readonly client: number; readonly address: number }
  /** Processes behind the port. */
  readonly workers: number
  readonly logLevel: string
  readonly production: boolean
  /** What an operator should know although it is no error; to be logged as warnings at start. */
  readonly notices: readonly string[]
}

export interface ReadConfigOptions { readonly command: Command; /** For tests; found out by itself otherwise. */ readonly inContainer?: boolean }

/** The configuration, or everything that is wrong with it. The only place that reads `process.env`: pass undefined for it. */
export function readConfig(env: Environment = process.env, { command, inContainer = isContainer(env) }: ReadConfigOptions): Config | ConfigProblem[] {
  const parsed = Settings.safeParse(settingsOf(env))
  // What could be read is still checked further, so that one start reports everything.
  const settings = parsed.success ? parsed.data : readable(env)
  const clients = settings.CLIENTS_FILE === undefined ? [] : readClients(settings.CLIENTS_FILE)
  const site = settings.SITE_SETTINGS === undefined ? DEFAULT_SITE : readSite(settings.SITE_SETTINGS)
  const wrong = [...(parsed.error?.issues ?? []).map(problemOf), ...problemsIn(clients), ...problemsIn(site), ...contradictions(settings, command, clients)]
  if (wrong.length > 0 || isProblems(clients) || isProblems(site)) return wrong
  return configOf(settings, { command, inContainer, clients, site })
}

/** What names the content alone, so that it is checked although other settings are wrong. */
export const readContentConfig = ({ CONTENT_DIR, SITE_SETTINGS }: Environment = process.env): Config | ConfigProblem[] => readConfig({ CONTENT_DIR, SITE_SETTINGS }, { command: 'serve' })

/** True when the configuration cannot be used. */
export const isProblems = <T>(read: T | ConfigProblem[]): read is ConfigProblem[] => Array.isArray(read) && read.length > 0 && read.every(isProblem)
const isProblem = (value: unknown): boolean => typeof value === 'object' && value !== null && 'wrong' in value && 'hint' in value
const problemsIn = (read: unknown): ConfigProblem[] => (isProblems(read) ? read : [])

/** `PORT: must be a whole number – see Settings in the README` */
export const printConfigProblem = ({ name, wrong, hint }: ConfigProblem): string => `${name}: ${wrong} – ${hint}`

/** Blank means unset: that is how compose files leave a variable out. */
const settingsOf = (env: Environment) =>
  Object.fromEntries(Object.keys(Settings.shape).flatMap((name) => (env[name]?.trim() ? [[name, env[name].trim()]] : [])))

function readable(env: Environment): Settings {
  const sent = settingsOf(env)
  const wrong = new Set(Settings.safeParse(sent).error?.issues.map(({ path }) => path[0]))
  return Settings.parse(Object.fromEntries(Object.entries(sent).filter(([name]) => !wrong.has(name))))
}

function problemOf({ path, message }: z.core.$ZodIssue): ConfigProblem {
  return { name: String(path[0]), wrong: message, hint: 'see the settings in the README' }
}

const authModeOf = ({ AUTH_MODE }: Settings, command: Command): 'jwt' | 'none' => AUTH_MODE ?? (command === 'serve' ? 'jwt' : 'none')

function contradictions(settings: Settings, command: Command, clients: readonly ClientEntry[] | ConfigProblem[]): ConfigProblem[] {
  if (settings.NODE_ENV !== 'production') return []
  const unguarded = authModeOf(settings, command) === 'none' && settings.ALLOW_UNAUTHENTICATED !== 'yes'
  const plain = isProblems(clients) ? [] : clients.filter(({ jwksUrl }) => jwksUrl !== undefined && isPlain(jwksUrl))
  return [
    ...(unguarded ? [{ name: 'AUTH_MODE', wrong: '`none` is refused when NODE_ENV=production', hint: 'use AUTH_MODE=jwt with CLIENTS_FILE, or say ALLOW_UNAUTHENTICATED=yes' }] : []),
    ...plainSettings(settings).map((name) => ({ name, wrong: 'is not https', hint: 'clients open links and check audiences by it: use https when NODE_ENV=production' })),
    ...plain.map(({ iss }) => ({ name: 'CLIENTS_FILE', wrong: `the keys of ${iss} would be read without TLS`, hint: 'use https for jwksUrl' })),
  ]
}

const plainSettings = (settings: Settings): string[] => (['PUBLIC_URL', 'SMART_APP_URL'] as const).filter((name) => settings[name] !== undefined && isPlain(settings[name]))

const LOCAL = new Set(['localhost', '127.0.0.1', '[::1]'])
const isPlain = (url: string): boolean => {
  const { protocol, hostname } = new URL(url)
  return protocol === 'http:' && !LOCAL.has(hostname)
}

const isContainer = (env: Environment): boolean => existsSync('/.dockerenv') || Boolean(env['KUBERNETES_SERVICE_HOST'] ?? env['container'])

interface Found { readonly command: Command; readonly inContainer: boolean; readonly clients: readonly ClientEntry[]; readonly site: SiteSettings }

function configOf(settings: Settings, { command, inContainer, clients, site }: Found): Config {
  const port = settings.PORT ?? 8080
  const origins = settings.CORS_ORIGINS ?? (command === 'sandbox' ? ['*'] : [])
  const config = {
    command, port, clients, site,
    host: settings.HOST ?? (inContainer ? '0.0.0.0' : '127.0.0.1'),
    publicUrl: settings.PUBLIC_URL ?? `http://localhost:${port}`,
    authMode: authModeOf(settings, command),
    fhirServers: settings.FHIR_SERVERS ?? [],
    siteFile: settings.SITE_SETTINGS,
    adminTokens: settings.ADMIN_TOKEN ?? [],
    databaseUrl: settings.DATABASE_URL,
    dataDir: resolve(settings.DATA_DIR ?? 'data'),
    stored: { inputs: settings.STORE_INPUTS ?? 'none', comments: settings.STORE_COMMENTS === 'yes', days: settings.RETENTION_DAYS },
    contentDir: resolve(settings.CONTENT_DIR ?? `${import.meta.dirname}/..`),
    serviceIds: settings.SERVICE_IDS ?? 'distinct' as const,
    guardedDiscovery: settings.DISCOVERY === 'jwt',
    smartAppUrl: settings.SMART_APP_URL,
    timelineConfig: settings.TIMELINE_CONFIG === undefined ? undefined : resolve(settings.TIMELINE_CONFIG),
    corsOrigins: origins.includes('*') ? '*' as const : origins,
    deadlineMs: settings.DEADLINE_MS ?? 4000,
    shedAfterMs: settings.SHED_AFTER_MS ?? (settings.DEADLINE_MS ?? 4000) / 2,
    drainMs: settings.DRAIN_MS ?? (settings.NODE_ENV === 'production' ? 5_000 : 0),
    bodyLimit: (settings.BODY_LIMIT_MB ?? 16) * 1024 * 1024,
    rateLimits: { client: settings.RATE_LIMIT_CLIENT ?? 60_000, address: settings.RATE_LIMIT_ADDRESS ?? (authModeOf(settings, command) === 'none' ? 0 : 120_000) },
    workers: settings.WORKERS ?? 1,
    logLevel: settings.LOG_LEVEL ?? 'info',
    production: settings.NODE_ENV === 'production',
  }
  return { ...config, notices: noticesOf(config) }
}

/** Without a host the server is on this machine, behind a socket. */
function isPlainDatabase(url: string): boolean {
  const { hostname = '', searchParams } = URL.parse(url) ?? {}
  return hostname !== '' && !LOCAL.has(hostname) && !/^(require|verify-ca|verify-full)$/.test(searchParams?.get('sslmode') ?? '')
}

function noticesOf({ command, authMode, clients, production, fhirServers, adminTokens, databaseUrl }: Omit<Config, 'notices'>): string[] {
  return [
    ...(authMode === 'none' ? ['AUTH_MODE=none: everybody may call this service'] : []),
    ...(authMode === 'jwt' && clients.length === 0 ? ['CLIENTS_FILE names no client: every hook call will get 401'] : []),
    ...(authMode === 'jwt' && fhirServers.length > 0 ? ['FHIR_SERVERS only counts with AUTH_MODE=none: name fhirServers in CLIENTS_FILE'] : []),
    ...(command === 'sandbox' && adminTokens.length === 0 ? ['ADMIN_TOKEN is not set: the sandbox leaves the routes under /admin/ open'] : []),
    ...(production && [...fhirServers, ...clients.flatMap((client) => client.fhirServers)].some(isPlain) ? ['a FHIR server is read without TLS: whoever is on the way sees tokens and records'] : []),
    ...(production && databaseUrl !== undefined && isPlainDatabase(databaseUrl) ? ['DATABASE_URL does not ask for TLS: add sslmode=verify-full'] : []),
  ]
}

