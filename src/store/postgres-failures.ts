/** Codes of the network, and SQLSTATEs that say the server goes, comes, or ended the connection. */
const AWAY = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|08...|57P0[123])$/
/** The driver gives these no code. */
const AWAY_TEXT = /^(Connection terminated|timeout exceeded when trying to connect)/

/** True when the server could not be reached or went away: the same statement may succeed on a new connection. */
export function isConnectionFailure(cause: unknown): boolean {
  if (cause instanceof AggregateError) return cause.errors.some(isConnectionFailure)
  if (!(cause instanceof Error)) return false
  return ('code' in cause && typeof cause.code === 'string' && AWAY.test(cause.code)) || AWAY_TEXT.test(cause.message)
}
