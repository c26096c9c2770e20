import { z } from 'zod'

const Server = z.strictObject({
  name: z.string().min(1),
  /** FHIR base URL; also of everything below it, as the public launcher needs. Relative: on the server of this page. */
  iss: z.string().min(1),
  clientId: z.string().min(1).optional(),
  /** The server asks for no token: the patient is named in the address, ?iss=…&patient=… */
  open: z.boolean().default(false),
  scope: z.string().optional(),
  /** SMART App Launch 2 requires PKCE; a server of version 1 may not know it. */
  pkce: z.enum(['required', 'ifSupported']).default('required'),
  /** Further origins, where authorization or tokens come from another host. */
  origins: z.array(z.string()).default([]),
})

/** `timeline.config.json`: the FHIR servers this app may be launched from, and how it is registered there. */
export const TimelineConfig = z.strictObject({ servers: z.array(Server).min(1), scope: z.string().min(1), redirectUri: z.string().min(1) })
export type TimelineConfig = z.infer<typeof TimelineConfig>
export type FhirServerEntry = TimelineConfig['servers'][number]

const withoutSlash = (url: string): string => url.replace(/\/+$/, '')

/** The absolute base of an entry. */
export const issOf = ({ iss }: FhirServerEntry, origin: string): string => withoutSlash(new URL(iss, origin).href)

/** The entry that a launch names: the base itself, or an address below it. An unknown server gets neither a request nor a token. */
export function serverFor(iss: string, { servers }: TimelineConfig, origin: string): FhirServerEntry | undefined {
  const asked = URL.parse(iss, origin)
  if (!asked || asked.search !== '' || asked.hash !== '' || asked.username !== '') return undefined
  const address = withoutSlash(asked.href)
  return servers.find((entry) => address === issOf(entry, origin) || address.startsWith(`${issOf(entry, origin)}/`))
}
