import { pino, type Logger, type LoggerOptions } from 'pino'

/** Members that are never written, wherever a logged object holds them. */
const SECRET: ReadonlySet<string> = new Set(['authorization', 'access_token', 'fhirAuthorization', 'cookie', 'userComment', 'comment', 'prefetch', 'context', 'body', 'headers', 'rawPacket'])
/** How deep secrets are looked for in what is logged. */
const SECRET_DEPTH = 4

/** The same fields without secrets. Much faster than pino's redaction, which compiles a path for each name and level. */
function withoutSecrets(value: unknown, depth = SECRET_DEPTH): unknown {
  if (depth === 0 || typeof value !== 'object' || value === null || value instanceof Error) return value
  if (Array.isArray(value)) return value.map((item: unknown) => withoutSecrets(item, depth - 1))
  return Object.fromEntries(Object.entries(value).filter(([name]) => !SECRET.has(name)).map(([name, member]) => [name, withoutSecrets(member, depth - 1)]))
}

/** An error without its message: messages of parsers and of libraries quote what they were given, which may be patient data. */
export interface LoggedError { readonly type: string; readonly code?: string; readonly stack: readonly string[]; readonly cause?: LoggedError }

const FRAME = /^\s+at /

/** What may be logged about something thrown: its type, its code, and where it happened. */
export function loggedError(thrown: unknown): LoggedError {
  if (!(thrown instanceof Error)) return { type: typeof thrown, stack: [] }
  const stack = (thrown.stack ?? '').split('\n').filter((line) => FRAME.test(line)).map((line) => line.trim())
  const code = 'code' in thrown && typeof thrown.code === 'string' ? { code: thrown.code } : {}
  return { type: thrown.name, ...code, stack, ...(thrown.cause === undefined ? {} : { cause: loggedError(thrown.cause) }) }
}

type LogMethod = NonNullable<NonNullable<LoggerOptions['hooks']>['logMethod']>

/** pino and Fastify repeat an error's message as the text of the line, where no serializer sees it. */
const withoutMessage: LogMethod = function (args, method) {
  const [first, text] = args as readonly unknown[] // pino types the call as (object, text); an Error and {err} both occur
  const thrown: unknown = first instanceof Error ? first : typeof first === 'object' && first !== null && 'err' in first ? first.err : undefined
  if (!(thrown instanceof Error)) return method.apply(this, args)
  const fields = first instanceof Error ? { err: first } : first
  method.apply(this, [fields, typeof text === 'string' && text !== thrown.message ? text : 'failed'] as unknown as typeof args) // as above
}

/** Settings of the logger: JSON lines, no bodies, no headers, no tokens, no messages of errors. */
export function loggerOptions(level: string): LoggerOptions {
  return {
    level,
    base: null,
    hooks: { logMethod: withoutMessage },
    timestamp: pino.stdTimeFunctions.isoTime,
    // Sound: what pino hands over is an object, and an object comes back.
    formatters: { log: (fields) => withoutSecrets(fields) as Record<string, unknown> },
    serializers: {
      err: loggedError,
      error: loggedError,
      // Addresses may carry search parameters about patients; the line of a call names its route instead.
      req: () => undefined,
      res: () => undefined,
    },
  }
}

/** Lines are written together, as many bytes at once and no later than this. */
const LOG_BLOCK = 4096
const LOG_WAIT_MS = 50

/** The logger of the service, to standard output unless a stream is given. Calls do not wait for the output; what is left is written at exit. */
export const createLogger = (level: string, stream?: { write(line: string): void }): Logger =>
  pino(loggerOptions(level), stream ?? pino.destination({ dest: 1, sync: false, minLength: LOG_BLOCK, periodicFlush: LOG_WAIT_MS }))

/** Standard output line by line, for processes that share it. */
export const wholeLines = () => pino.destination({ dest: 1, sync: true })

/** The line that says the service listens, with the address it got. Tools look for its member `address`. */
export const logStarted = (log: Logger, address: string, details: Readonly<Record<string, unknown>> = {}): void =>
  log.info({ ...details, address }, 'listening')
