import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { isYamlFile, parseYaml } from './content/yaml-file.ts'

/** One thing wrong with the configuration: which setting (or `file:line`), what is wrong, what to do. Never a value. */
export interface ConfigProblem { readonly name: string; readonly wrong: string; readonly hint: string }

const DIALECTS = ['generic', 'epic', 'sandbox'] as const
/** How a client deviates from the specification. */
export type Dialect = (typeof DIALECTS)[number]

/** Signature algorithms that may be allowed. Symmetric ones and `none` never (CDS Hooks, Signing). */
const ALGORITHMS = ['ES256', 'ES384', 'ES512', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'EdDSA'] as const
/** Those that CDS Hooks recommends to every service. */
const RECOMMENDED: readonly (typeof ALGORITHMS)[number][] = ['ES384', 'RS384']

const WEB = /^https?:$/
const isWebAddress = (value: string): boolean => {
  const address = URL.parse(value)
  return address !== null && WEB.test(address.protocol) && address.search === '' && address.hash === '' && address.username === ''
}

/** An absolute http(s) URL without query, as a base: without trailing slash. */
export const BaseUrl = z.string()
  .refine(isWebAddress, 'must be an absolute http or https URL without user, query or fragment')
  .transform((value) => value.replace(/\/+$/, ''))

const PRIVATE_MEMBERS = ['d', 'k', 'p', 'q']
const Jwk = z.looseObject({ kty: z.enum(['EC', 'RSA', 'OKP']), kid: z.string().min(1) })
  .refine((key) => PRIVATE_MEMBERS.every((member) => !(member in key)), 'must be a public key')

const text = z.string().min(1)
/** Of the cards: one that the content speaks. */
const Language = z.string().regex(/^[a-z]{2}$/, 'must be two letters, such as en or es')
const OrderCode = z.strictObject({ order: z.string().regex(/^[^|\s]+\|[^|\s]+$/, 'must be system|code'), system: text, code: text })
const Client = z.strictObject({
  iss: text,
  jwksUrl: z.string().refine((value) => WEB.test(URL.parse(value)?.protocol ?? ''), 'must be an absolute http or https URL').optional(),
  jwks: z.strictObject({ keys: z.array(Jwk).min(1) }).optional(),
  fhirServers: z.array(BaseUrl).default([]),
  dialect: z.enum(DIALECTS).default('generic'),
  orderCodes: z.array(OrderCode).default([]),
  maxTokenAgeSeconds: z.number().int().min(1).default(3600),
  /** Allowed difference between the clocks of client and service. */
  clockSkewSeconds: z.number().int().min(0).max(600).default(60),
  /** Further values of `aud` that count as this service: some EHRs have them typed in by hand. */
  audiences: z.array(text).default([]),
  tenant: z.union([text, z.array(text).min(1)]).optional(),
  language: Language.optional(),
  algorithms: z.array(z.enum(ALGORITHMS)).min(1).default([...RECOMMENDED]),
}).refine((client) => (client.jwksUrl === undefined) !== (client.jwks === undefined), 'needs either jwksUrl or jwks')
  .transform(({ tenant, ...client }) => ({ ...client, tenants: tenant === undefined ? [] : [tenant].flat() }))

/** A CDS client that may call (CDS Hooks, Trusting CDS Clients). No `tenants`: any tenant, or none. */
export type ClientEntry = Readonly<z.infer<typeof Client>>

/** A client with every default filled in. Throws on what the schema refuses: a programmer's mistake. */
export const clientEntry = (client: z.input<typeof Client>): ClientEntry => Client.parse(client)

const overlap = (a: ClientEntry, b: ClientEntry): boolean =>
  a.iss === b.iss && (a.tenants.length === 0 ? b.tenants.length === 0 : a.tenants.some((tenant) => b.tenants.includes(tenant)))

const Clients = z.array(Client).check(({ value: clients, issues }) => {
  for (const [index, client] of clients.entries()) {
    if (!clients.slice(0, index).some((earlier) => overlap(earlier, client))) continue
    issues.push({ code: 'custom', path: [index, 'iss'], message: 'the same issuer and tenant appear twice', input: undefined })
  }
})

const isTimeZone = (zone: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

const unchecked = z.record(z.string(), z.unknown())
const Site = z.strictObject({
  profile: text.default('label-us'),
  settings: unchecked.nullish().transform((value) => value ?? {}),
  timezone: z.string().refine(isTimeZone, 'must be an IANA time zone such as Europe/Madrid').default('UTC'),
  site_uln: unchecked.nullish().transform((value) => value ?? {}),
  lists: unchecked.nullish().transform((value) => value ?? {}),
  language: Language.optional(),
})

/** What a site decides. `settings`, `site_uln` and `lists` are as parsed: the content declares and checks their keys. */
export interface SiteSettings {
  readonly profile: string
  readonly settings: Readonly<Record<string, unknown>>
  /** IANA name; dates without a time count in it. */
  readonly timezone: string
  readonly site_uln: Readonly<Record<string, unknown>>
  readonly lists: Readonly<Record<string, unknown>>
  /** Of the cards, whoever calls; without it a caller's wish counts, and English. */
  readonly language?: string | undefined
}

/** What holds when no file is named. */
export const DEFAULT_SITE: SiteSettings = Site.parse({})

/** The clients of `CLIENTS_FILE`. */
export const readClients = (file: string): readonly ClientEntry[] | ConfigProblem[] => readYaml('CLIENTS_FILE', file, Clients)

/** The choices of `SITE_SETTINGS`; an empty file chooses nothing. */
export const readSite = (file: string): SiteSettings | ConfigProblem[] => readYaml('SITE_SETTINGS', file, z.preprocess((value) => value ?? {}, Site))

function readYaml<S extends z.ZodType>(setting: string, file: string, schema: S): z.infer<S> | ConfigProblem[] {
  const source = readText(file)
  if (source === undefined) return [{ name: setting, wrong: `the file ${file} cannot be read`, hint: 'check the path and its permissions' }]
  const yaml = parseYaml(file, source)
  if (!isYamlFile(yaml)) return yaml.map(({ line, message }) => ({ name: `${file}:${line}`, wrong: message, hint: 'the file must be valid YAML' }))
  const parsed = schema.safeParse(yaml.value)
  if (parsed.success) return parsed.data
  return parsed.error.issues.map(({ path, message }) =>
    ({ name: `${file}:${yaml.locate(path).line}`, wrong: `${path.map(String).join('.') || 'file'}: ${message}`, hint: `see ${setting} in the README` }))
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
