/** A shell word that says exactly this text. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`

/** The call as a curl command that can be pasted into a shell. */
export const curlOf = (url: string, request: unknown): string =>
  `curl -sS -X POST ${quoted(url)} -H 'Content-Type: application/json' --data-raw ${quoted(JSON.stringify(request))}`
