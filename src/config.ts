import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'
import { BaseUrl, DEFAULT_SITE, readClients, readSite, type ClientEntry, type ConfigProblem, type SiteSettings } from './config-files.ts'

export type { ClientEntry, ConfigProblem, Dialect, SiteSettings } from './config-files.ts'

export type Environment = Readonly<Record<string, string | undefined>>
export type Command = 'serve' | 'sandbox'

const list = (value: string): string[] => value.split(',').map((part) => part.trim()).filter((part) => part !== '')

const number = (least: number, most: number) =>
  z.string().regex(/^\d+$/, 'must be a whole number').transform(Number).pipe(z.number().min(least, `must be at least ${least}`).max(most, `must be at most ${most}`))

const oneOf = <const T extends readonly string[]>(...values: T) => z.enum(values, `must be one of ${values.join(', ')}`)

const isOrigin = (value: string): boolean => URL.parse(value)?.origin === value && value !== 'null'
const Origins = z.string().transform(list)
  .refine((origins) => origins.every((origin) => origin === '*' || isOrigin(origin)), 'must be * or a comma-separated list of origins such as https://ehr.example.org')
  .refine((origins) => origins.length === 1 || !origins.includes('*'), '* stands alone')

/** A setting: how it is read, what holds without it, what it means. */
const setting = <S extends z.ZodType>(schema: S, standard: string, meaning: string) => schema.optional().meta({ standard, meaning })

const Settings = z.object({
  HOST: setting(z.string(), '`0.0.0.0` in a container, else `127.0.0.1`', 'address to listen on'),
  PORT: setting(number(0, 65_535), '`8080`', 'port to listen on; `0` picks a free one, which the start-up log line names'),
  PUBLIC_URL: setting(BaseUrl, '`http://localhost:$PORT`', 'base of every URL the service hands out, and of the only `aud` values a JWT may carry'),
  AUTH_MODE: setting(oneOf('jwt', 'none'), '`jwt`; in the sandbox `none`', '`jwt`: only clients of `CLIENTS_FILE` may call; `none`: everybody may'),
  ALLOW_UNAUTHENTICATED: setting(oneOf('yes', 'no'), '`no`', '`yes` permits `AUTH_MODE=none` although `NODE_ENV=production`'),
  NODE_ENV: setting(z.string(), 'none', '`production` refuses settings that are only fit for a demonstration'),
  CLIENTS_FILE: setting(z.string(), 'none', 'YAML list of trusted CDS clients: `iss`, `jwksUrl` or inline `jwks`, `fhirServers` (allowed base URLs), `dialect` (`generic`, `epic`, `sandbox`), `maxTokenAgeSeconds`, `tenant`, `algorithms`'),
  FHIR_SERVERS: setting(z.string().transform(list).pipe(z.array(BaseUrl)), 'none', 'comma-separated FHIR base URLs that may be queried with `AUTH_MODE=none`'),
  SITE_SETTINGS: setting(z.string(), 'none', 'YAML: `profile` (`label-us` default, `label-eu`, `es-valtermed`), `settings`, `timezone` (default UTC), `site_uln`, `lists`'),
  DATABASE_URL: setting(z.string().regex(/^postgres(ql)?:\/\//, 'must begin with postgres://'), 'none', '`postgres://…`, reserved for several instances sharing one store: this release refuses it and has the embedded store under `DATA_DIR`'),
  DATA_DIR: setting(z.string(), '`./data`', 'folder of the embedded store'),
  CONTENT_DIR: setting(z.string().refine((folder) => existsSync(folder), 'the folder does not exist'), 'the shipped folders', 'a folder that holds the `cards/` and `fhir-mappings/` of the site'),
  CORS_ORIGINS: setting(Origins, 'none; in the sandbox `*`', 'comma-separated browser origins that may call'),
  DEADLINE_MS: setting(number(100, 60_000), '`4000`', 'time a hook call may take before it answers with what it has'),
  BODY_LIMIT_MB: setting(number(1, 512), '`16`', 'larger bodies get 413'),
  LOG_LEVEL: setting(oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'), '`info`', 'least level that is logged'),
})

type Settings = z.infer<typeof Settings>

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
  readonly databaseUrl: string | undefined
  readonly dataDir: string
  /** Folder that holds `cards/` and `fhir-mappings/`. */
  readonly contentDir: string
  readonly corsOrigins: '*' | readonly string[]
  readonly deadlineMs: number
  /** bytes */
  readonly bodyLimit: number
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
    ...plain.map(({ iss }) => ({ name: 'CLIENTS_FILE', wrong: `the keys of ${iss} would be read without TLS`, hint: 'use https for jwksUrl' })),
  ]
}

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
    databaseUrl: settings.DATABASE_URL,
    dataDir: resolve(settings.DATA_DIR ?? 'data'),
    contentDir: resolve(settings.CONTENT_DIR ?? `${import.meta.dirname}/..`),
    corsOrigins: origins.includes('*') ? '*' as const : origins,
    deadlineMs: settings.DEADLINE_MS ?? 4000,
    bodyLimit: (settings.BODY_LIMIT_MB ?? 16) * 1024 * 1024,
    logLevel: settings.LOG_LEVEL ?? 'info',
    production: settings.NODE_ENV === 'production',
  }
  return { ...config, notices: noticesOf(config) }
}

function noticesOf({ authMode, clients, publicUrl, production, fhirServers }: Omit<Config, 'notices'>): string[] {
  return [
    ...(authMode === 'none' ? ['AUTH_MODE=none: everybody may call this service'] : []),
    ...(authMode === 'jwt' && clients.length === 0 ? ['CLIENTS_FILE names no client: every hook call will get 401'] : []),
    ...(authMode === 'jwt' && fhirServers.length > 0 ? ['FHIR_SERVERS only counts with AUTH_MODE=none: name fhirServers in CLIENTS_FILE'] : []),
    ...(production && isPlain(publicUrl) ? ['PUBLIC_URL is not https'] : []),
  ]
}

/** Every setting with its default and its meaning, in Markdown. */
export const CONFIG_DOCS: readonly { readonly name: string; readonly standard: string; readonly meaning: string }[] =
  Object.entries(Settings.shape).map(([name, schema]) => ({ name, standard: String(schema.meta()?.['standard']), meaning: String(schema.meta()?.['meaning']) }))

/** The table of settings in the README. */
export const configTable = (): string =>
  ['| setting | default | meaning |', '|---|---|---|', ...CONFIG_DOCS.map(({ name, standard, meaning }) => `| \`${name}\` | ${standard} | ${meaning} |`)].join('\n')
