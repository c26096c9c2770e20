import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type Environment, isProblems, printConfigProblem, readConfig } from '../config.ts'
import { isInForce, loadInForce } from '../content-in-force.ts'
import type { Decision } from '../engine/decide.ts'
import { ERRORS } from '../errors.ts'
import { isRequestProblem, parseHookRequest } from '../hooks/request.ts'
import type { Card } from '../hooks/response.ts'
import { serviceOf } from '../hooks/services.ts'
import { answerHook } from '../http/answer-hook.ts'
import type { HookAnswer, InForce, TrustedClient } from '../http/types.ts'
import type { DecidedInput } from '../store/store.ts'
import type { Outcome } from './outcome.ts'

const USAGE = `usage: node src/main.ts evaluate <request.json> [--at <time>] [--json]
  Answers a recorded hook request without network and store, with the content and site settings of this environment.
  --at     the moment of the call, e.g. 2026-11-21T09:00:00Z; now otherwise
  --json   the whole answer instead of a summary`

const failed = (...lines: string[]): Outcome => ({ ok: false, lines })

/** A store that remembers nothing: nobody overrode anything. */
const NO_STORE = { patientKey: () => 'nobody', overrides: () => Promise.resolve([]), toldWhileOrdering: () => Promise.resolve([]) }
const CLIENT: TrustedClient = { id: 'evaluate', tenant: undefined, dialect: 'generic', orderCodes: [], fhirServers: [] }

/** Prints what the service would answer to a recorded request, and why. */
export async function evaluate(words: readonly string[], env?: Environment): Promise<Outcome> {
  const { values, positionals: [file] } = parseArgs({ args: [...words], allowPositionals: true, strict: false, options: { at: { type: 'string' }, json: { type: 'boolean' } } })
  const at = typeof values.at === 'string' ? Date.parse(values.at) : Date.now()
  if (file === undefined || Number.isNaN(at)) return failed(USAGE)
  const config = readConfig(env, { command: 'serve' })
  if (isProblems(config)) return failed(...config.map(printConfigProblem))
  const inForce = loadInForce(config)
  if (!isInForce(inForce)) return failed(...inForce)
  const answer = await answerTo(readFileSync(file, 'utf8'), inForce, at, config.publicUrl)
  if (typeof answer === 'string') return failed(answer)
  return values.json === true ? { ok: true, lines: [JSON.stringify(answer, null, 2)] } : told(answer)
}

async function answerTo(text: string, inForce: InForce, at: number, publicUrl: string): Promise<HookAnswer | string> {
  const body = parse(text)
  const hook = typeof body === 'object' && body !== null && 'hook' in body ? body.hook : undefined
  const service = typeof hook === 'string' ? serviceOf(`inotuzumab-${hook}`) : undefined
  if (!service) return 'the file holds no request for a hook of this service'
  const request = parseHookRequest(service, body)
  if (isRequestProblem(request)) return `${request.code}: ${ERRORS[request.code].text} ${request.expression.join(', ')}`
  const answer = answerHook({ inForce: () => inForce, publicUrl, store: NO_STORE, storeInputs: 'values' })
  return answer({ service, request, client: CLIENT, receivedAt: at, signal: new AbortController().signal })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function told(answer: HookAnswer): Outcome {
  if (answer.kind === 'problem') return failed(`${answer.code}: ${ERRORS[answer.code].text}`)
  const { body: { cards }, explained, decision: { inputs = [] } = {} } = answer
  if (!explained) return { ok: true, lines: ['no order of this request concerns a rule: {"cards":[]}'] }
  return { ok: true, lines: [...cards.flatMap(cardLines), ...decisionLines(explained), ...list('facts that rules compared', inputs.map(inputLine))] }
}

const inputLine = ({ fact, value, day, sources }: DecidedInput): string =>
  [fact, ...(value === undefined ? [] : [`= ${value}`]), ...(day === undefined ? [] : [`on ${day}`]), ...(sources.length === 0 ? [] : [`from ${sources.join(', ')}`])].join(' ')

const cardLines = ({ indicator, summary, detail = '' }: Card): string[] => [`[${indicator}] ${summary}`, ...detail.split('\n').map((line) => `    ${line}`), '']

const list = (title: string, items: readonly string[]): string[] => (items.length === 0 ? [] : [title, ...items.map((item) => `  ${item}`)])

function decisionLines({ profile, content, findings, missing, notEvaluated }: Decision): string[] {
  return [
    `profile ${profile}, content ${content}`,
    ...list('findings', findings.map(({ rule, indicator, order, shown }) => `${rule} (${indicator}${order === undefined ? '' : `, ${order}`}${shown ? '' : ', not shown'})`)),
    ...list('missing', missing.map(({ fact, why }) => `${fact}: ${why}`)),
    ...list('not evaluated', notEvaluated.map(({ rule, why }) => `${rule}: ${why}`)),
  ]
}
