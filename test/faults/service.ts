import { once } from 'node:events'
import { type Answer, wordsOf } from '../requests/answer.ts'
import { type Chart, chartOf, EXPECTED, recordOf, requestOf, resourcesOf } from '../requests/record.ts'
import { callAt } from '../requests/running.ts'
import { TOKEN } from '../integration/fhir-server.ts'
import { type ServiceProcess, spawnService } from '../integration/processes.ts'

/** A short time for a call, so that a row about waiting need not wait long. */
export const DEADLINE_MS = 3_000
/** Much later than any answer: what waits for a neighbour that hangs waits for ever. */
export const IN_TIME_MS = 15_000

/** The service as operators start it. Everybody here has one address, so calls are limited neither in rate nor by load unless a row is about that. */
export const startService = (settings: Readonly<Record<string, string>>): Promise<ServiceProcess> =>
  spawnService({ DEADLINE_MS: String(DEADLINE_MS), RATE_LIMIT_CLIENT: '0', SHED_AFTER_MS: '0', LOG_LEVEL: 'info', ...settings })

/** A call about an inotuzumab order whose record lies in the EHR. */
export const callFor = (service: ServiceProcess, base: string, chart: Chart, more: object = {}): Promise<Answer> =>
  callAt(service.url, requestOf(chart, { fhirServer: base, fhirAuthorization: { access_token: TOKEN, token_type: 'Bearer', expires_in: 300 }, ...more }))

/** The resources of a patient. */
export const recordFor = (chart: Chart): ReturnType<typeof resourcesOf> => resourcesOf(recordOf(chart))
export { chartOf }

export const rulesIn = ({ decision }: Answer): readonly string[] => (decision?.findings ?? []).map(({ rule }) => rule)
/** True when everything was found that the record gives. */
export const isWhole = (answer: Answer): boolean => EXPECTED.every((rule) => rulesIn(answer).includes(rule)) && !rulesIn(answer).includes('data-service-incomplete')
/** "whole", or what it is instead. */
export const said = (answer: Answer): string => (isWhole(answer) ? 'whole' : `${String(answer.status)} ${answer.problem ?? ''} ${rulesIn(answer).join(' ')}`)
/** Never a silent all-clear: an answer either finds everything, or says that it did not check everything, or is no answer. */
export const isHonest = (answer: Answer): boolean =>
  isWhole(answer) || (answer.status === 200 ? rulesIn(answer).includes('data-service-incomplete') && /not (?:read|checked|evaluated)/i.test(wordsOf(answer)) : answer.problem !== undefined)

/** The value of a metric with all these labels; 0 when there is none. */
export async function metric(service: ServiceProcess, name: string, labels: Readonly<Record<string, string>> = {}): Promise<number> {
  const page = await (await fetch(`${service.url}/metrics`)).text()
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`)
  const lines = page.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `)).filter((line) => wanted.every((pair) => line.includes(pair)))
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
}

export const isReady = async (service: ServiceProcess): Promise<boolean> => (await fetch(`${service.url}/health/ready`)).ok

/** How a process ended: its exit code, or the signal that killed it. */
export async function ending({ child }: ServiceProcess): Promise<number | NodeJS.Signals | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return child.exitCode ?? child.signalCode
}
