import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { z } from 'zod'
import { BaseUrl } from './config-files.ts'

const list = (value: string): string[] => value.split(',').map((part) => part.trim()).filter((part) => part !== '')

const number = (least: number, most: number) =>
  z.string().regex(/^\d+$/, 'must be a whole number').transform(Number).pipe(z.number().min(least, `must be at least ${least}`).max(most, `must be at most ${most}`))

const oneOf = <const T extends readonly string[]>(...values: T) => z.enum(values, `must be one of ${values.join(', ')}`)

const isOrigin = (value: string): boolean => URL.parse(value)?.origin === value && value !== 'null'
const Origins = z.string().transform(list)
  .refine((origins) => origins.every((origin) => origin === '*' || isOrigin(origin)), 'must be * or a comma-separated list of origins such as https://ehr.example.org')
  .refine((origins) => origins.length === 1 || !origins.includes('*'), '* stands alone')

/** Printable and without blanks, so that it fits into a header as it is. */
const AdminTokens = z.string().transform(list)
  .refine((tokens) => tokens.length > 0 && tokens.every((token) => /^[!-~]{32,500}$/.test(token)), 'must be one or more secrets of 32 to 500 printable characters without blanks, separated by commas')

const Workers = z.union([z.literal('auto').transform(() => availableParallelism()), number(1, 64)], 'must be auto or a number from 1 to 64')

/** A setting: how it is read, what holds without it, what it means. */
const setting = <S extends z.ZodType>(schema: S, standard: string, meaning: string) => schema.optional().meta({ standard, meaning })

/** The environment variables that the service reads. */
export const Settings = z.object({
  HOST: setting(z.string(), '`0.0.0.0` in a container, else `127.0.0.1`', 'address to listen on'),
  PORT: setting(number(0, 65_535), '`8080`', 'port to listen on; `0` picks a free one, which the start-up log line names'),
  PUBLIC_URL: setting(BaseUrl, '`http://localhost:$PORT`', 'base of every URL the service hands out, and of the only `aud` values a JWT may carry'),
  AUTH_MODE: setting(oneOf('jwt', 'none'), '`jwt`; in the sandbox `none`', '`jwt`: only clients of `CLIENTS_FILE` may call; `none`: everybody may'),
  ALLOW_UNAUTHENTICATED: setting(oneOf('yes', 'no'), '`no`', '`yes` permits `AUTH_MODE=none` although `NODE_ENV=production`'),
  NODE_ENV: setting(z.string(), 'none', '`production` refuses settings that are only fit for a demonstration'),
  CLIENTS_FILE: setting(z.string(), 'none', 'YAML list of trusted CDS clients: `iss`, `jwksUrl` or inline `jwks`, `fhirServers` (allowed base URLs), `dialect` (`generic`, `epic`, `sandbox`), `orderCodes`, `maxTokenAgeSeconds`, `clockSkewSeconds`, `audiences` (further values of `aud`), `tenant`, `language`, `algorithms`'),
  FHIR_SERVERS: setting(z.string().transform(list).pipe(z.array(BaseUrl)), 'none', 'comma-separated FHIR base URLs that may be queried with `AUTH_MODE=none`'),
  SITE_SETTINGS: setting(z.string(), 'none', 'YAML: `profile` (`label-us` default, `label-eu`, `es-valtermed`), `settings`, `timezone` (default UTC), `language` (`en`, `es`; otherwise `Accept-Language` counts), `site_uln`, `lists`'),
  DATABASE_URL: setting(z.string().regex(/^postgres(ql)?:\/\//, 'must begin with postgres://'), 'none', '`postgres://user:password@host/database`: the store that several instances share (see docs/store.md); without it the embedded store under `DATA_DIR`'),
  DATA_DIR: setting(z.string(), '`./data`', 'folder of the embedded store'),
  STORE_INPUTS: setting(oneOf('none', 'references', 'values'), '`none`', 'what is kept of the record behind a decision: nothing, references of the resources it read, or these and the values as shown'),
  STORE_COMMENTS: setting(oneOf('yes', 'no'), '`no`', '`yes` keeps what clinicians write into feedback, which may name a patient'),
  RETENTION_DAYS: setting(number(1, 36_500), 'kept for ever', 'decisions and their feedback are removed after this many days; repeat control looks back at most 60'),
  ADMIN_TOKEN: setting(AdminTokens, 'none', 'secret of at least 32 characters that opens the routes under `/admin/`, sent as `Authorization: Bearer …`; two, separated by a comma, while one replaces the other. Without it these routes do not exist (the sandbox leaves them open)'),
  CONTENT_DIR: setting(z.string().refine((folder) => existsSync(folder), 'the folder does not exist'), 'the shipped folders', 'a folder that holds the `cards/` and `fhir-mappings/` of the site'),
  SERVICE_IDS: setting(oneOf('distinct', 'shared'), '`distinct`', '`shared`: discovery lists all hooks under the id `inotuzumab`, which tells clients to replace the cards of an earlier hook; all ids are answered either way'),
  DISCOVERY: setting(oneOf('open', 'jwt'), '`open`', '`jwt`: discovery too needs a token, when `AUTH_MODE=jwt`'),
  SMART_APP_URL: setting(z.url({ protocol: /^https?$/ }), 'none', 'launch URL of the SMART app that cards link to; registered in the EHR'),
  TIMELINE_CONFIG: setting(z.string().refine((file) => existsSync(file), 'the file does not exist'), 'none; the sandbox has its own', 'JSON file that names the FHIR servers the SMART app may be launched from (docs/smart-app.md): `serve` then serves the built app at `/timeline/`'),
  CORS_ORIGINS: setting(Origins, 'none; in the sandbox `*`', 'comma-separated browser origins that may call'),
  DEADLINE_MS: setting(number(100, 60_000), '`4000`', 'time a hook call may take before it answers with what it has'),
  SHED_AFTER_MS: setting(number(0, 60_000), 'half of `DEADLINE_MS`', 'work under way, in ms, beyond which a new hook call gets 503 with `Retry-After` at once, so that those let in are answered in time; `0` lets all in'),
  DRAIN_MS: setting(number(0, 60_000), '`5000` when `NODE_ENV=production`, else `0`', 'time for which SIGTERM leaves the service answering, but no longer ready, so that traffic goes elsewhere'),
  BODY_LIMIT_MB: setting(number(1, 512), '`16`', 'larger bodies get 413'),
  RATE_LIMIT_CLIENT: setting(number(0, 10_000_000), '`60000`', 'calls a minute that one client may make, more get 429; `0` is no limit. Anonymous callers are one address, not one client'),
  RATE_LIMIT_ADDRESS: setting(number(0, 10_000_000), '`120000`; with `AUTH_MODE=none` no limit', 'requests a minute from one network address, counted before authentication: behind a proxy that is all of them; `0` is no limit'),
  WORKERS: setting(Workers, '`1`', 'processes of `serve` behind the port, each with its own memory; `auto` is one per core. Limits of rates and load hold for each'),
  LOG_LEVEL: setting(oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'), '`info`', 'least level that is logged'),
})

/** Settings as they were given: without defaults. */
export type Settings = z.infer<typeof Settings>

/** Every setting with its default and its meaning, in Markdown. */
export const CONFIG_DOCS: readonly { readonly name: string; readonly standard: string; readonly meaning: string }[] =
  Object.entries(Settings.shape).map(([name, schema]) => ({ name, standard: String(schema.meta()?.['standard']), meaning: String(schema.meta()?.['meaning']) }))

/** The table of settings in the README. */
export const configTable = (): string =>
  ['| setting | default | meaning |', '|---|---|---|', ...CONFIG_DOCS.map(({ name, standard, meaning }) => `| \`${name}\` | ${standard} | ${meaning} |`)].join('\n')
