import type { FhirServerEntry, TimelineConfig } from '../../hooks/timeline-config.ts'

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
