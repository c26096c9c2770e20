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
