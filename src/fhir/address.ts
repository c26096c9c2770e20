/** `..` that a server might decode, once or twice, although the URL standard leaves it alone. */
const HIDDEN_STEP = /%(?:25)*(?:2f|5c)|%(?:25)+2e|\\/i

/**
 * The absolute address of a query, reference or `next` link if it lies below the FHIR base: same origin, same path prefix.
 * Anything else is undefined, because the token must not be sent there (CDS Hooks leaves it to the service).
 */
export function addressBelow(base: string, target: string): string | undefined {
  const root = URL.parse(base)
  const url = URL.parse(target.replaceAll('|', '%7C'), `${base}/`)
  if (!root || !url || url.origin !== root.origin || url.username !== '' || url.password !== '') return undefined
  const prefix = root.pathname.replace(/\/+$/, '')
  const isBelow = url.pathname === prefix || url.pathname.startsWith(`${prefix}/`)
  if (!isBelow || HIDDEN_STEP.test(url.pathname)) return undefined
  url.hash = ''
  return url.href
}
