import { describe, expect, it } from 'vitest'
import { createLogger, loggedError, logStarted } from '../src/logging.ts'

const captured = (act: (log: ReturnType<typeof createLogger>) => void): string => {
  const lines: string[] = []
  act(createLogger('trace', { write: (line) => void lines.push(line) }))
  return lines.join('')
}

const MARK = 'PATIENT-MARK'

describe('the log', () => {
  it.each([
    ['the message of an error', (log) => log.error(new Error(MARK))],
    ['the message of an error given as err', (log) => log.error({ err: new Error(MARK) }, MARK)],
    ['the message of an error without text', (log) => log.error({ err: new Error(MARK) })],
    ['the message of a cause', (log) => log.error({ err: new Error('x', { cause: new SyntaxError(MARK) }) }, 'failed')],
    ['headers', (log) => log.info({ req: { headers: { authorization: MARK }, url: MARK } }, 'x')],
    ['a token', (log) => log.info({ fhirAuthorization: { access_token: MARK } }, 'x')],
    ['a token two levels down', (log) => log.info({ a: { b: { access_token: MARK } } }, 'x')],
    ['a comment', (log) => log.info({ entry: { userComment: MARK, comment: MARK } }, 'x')],
    ['a body', (log) => log.info({ body: MARK, prefetch: MARK, context: MARK }, 'x')],
  ] satisfies [string, Parameters<typeof captured>[0]][])('never holds %s', (_, act) => {
    const text = captured(act)
    expect(text).toContain('"level"')
    expect(text).not.toContain(MARK)
  })

  it('still says what kind of error it was, and where', () => {
    const line: unknown = JSON.parse(captured((log) => log.error({ err: new TypeError(MARK) }, 'failed')))
    expect(line).toMatchObject({ msg: 'failed', err: { type: 'TypeError' } })
    expect(loggedError(new TypeError('x')).stack[0]).toMatch(/^at .*logging\.test\.ts/)
  })

  it('keeps an ordinary text', () => {
    expect(JSON.parse(captured((log) => log.info({ a: 1 }, 'hello')))).toMatchObject({ a: 1, msg: 'hello' })
    expect(JSON.parse(captured((log) => log.info('hello')))).toMatchObject({ msg: 'hello' })
  })

  it('says on which address the service listens', () => {
    expect(JSON.parse(captured((log) => logStarted(log, 'http://127.0.0.1:4711', { command: 'serve' })))).toMatchObject({ address: 'http://127.0.0.1:4711', command: 'serve', msg: 'listening' })
  })
})
