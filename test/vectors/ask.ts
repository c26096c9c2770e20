import type { Dialect } from '../../src/engine/dialect.ts'
import type { Content } from '../../src/engine/rule.ts'
import { answerHook } from '../../src/http/answer-hook.ts'
import type { AnswerHook } from '../../src/http/types.ts'
import { isRequestProblem, parseHookRequest } from '../../src/hooks/request.ts'
import { type HookResponse, lintResponse } from '../../src/hooks/response.ts'
import { serviceOf as hookServiceOf } from '../../src/hooks/services.ts'
import { loadContent } from '../content/loaded.ts'
import type { Call } from './chart.ts'
import { calendarIn } from './days.ts'

/** Where the service is installed: which profile and settings it follows. */
export interface Site { readonly profile: string; readonly settings: Readonly<Record<string, unknown>>; readonly language?: string }
export const DEFAULT_SITE: Site = { profile: 'label-us', settings: {} }

/** What is costly to make is made once for a site; a failure to make it is kept too, so that it does not cost a load a test. */
const made = new Map<string, () => unknown>()
function once<T>(key: string, make: () => T): T {
  const known = made.get(key)
  if (known) return known() as T // sound: each key has one maker
  made.set(key, remembered(make))
  return once(key, make)
}

function remembered<T>(make: () => T): () => T {
  try {
    const value = make()
    return () => value
  } catch (error) {
    return () => { throw error }
  }
}

export const contentOf = ({ profile, settings, language = 'en' }: Site): Content => once(JSON.stringify([profile, settings, language]), () => loadContent(profile, settings, language))

function serviceOf(site: Site, timeZone: string): AnswerHook {
  const content = contentOf(site)
  const store = { patientKey: () => 'nobody', overrides: () => Promise.resolve([]), toldWhileOrdering: () => Promise.resolve([]) }
  return once(JSON.stringify([site, timeZone]), () => answerHook({ inForce: () => ({ content, contentIn: () => content, calendar: calendarIn(timeZone), siteLimit: () => undefined }), publicUrl: 'http://localhost:8080', store }))
}

export interface Finding { readonly rule: string; readonly indicator: string; readonly shown: boolean; readonly grade?: string }
export interface Answer { readonly response: HookResponse; readonly findings: readonly Finding[]; readonly lint: readonly string[] }

const PATIENCE_MS = 5000

/** Calls the service in process, with the shipped content and the clock of the call. Throws where it does not answer. */
export async function ask({ body, now, timeZone }: Call, site: Site = DEFAULT_SITE, dialect: Dialect = 'generic'): Promise<Answer> {
  const service = hookServiceOf(`inotuzumab-${body.hook}`)
  if (!service) throw new TypeError(`no service for ${body.hook}`)
  const request = parseHookRequest(service, JSON.parse(JSON.stringify(body)))
  if (isRequestProblem(request)) throw new TypeError(`the request was refused: ${request.code} ${request.expression.join(', ')}`)
  const answer = serviceOf(site, timeZone)
  const client = { id: 'test', fhirServers: [], dialect, orderCodes: [], tenant: undefined }
  const outcome = await answer({ service, request, client, receivedAt: now, signal: AbortSignal.timeout(PATIENCE_MS) })
  if (outcome.kind !== 'answer') throw new TypeError(`no answer: ${outcome.code}`)
  const decision = outcome.body.extension?.['org.ino-cds.decision'] as { findings: readonly Finding[] } | undefined // sound: the shape of Decision
  const drafts = request.context.draftOrders.flatMap(({ reference }) => (reference === undefined ? [] : [reference]))
  return { response: outcome.body, findings: decision?.findings ?? [], lint: lintResponse(outcome.body, drafts) }
}
