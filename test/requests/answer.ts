import { lintResponse } from '../../src/hooks/response-lint.ts'

export interface CardSeen {
  readonly uuid: string
  readonly summary: string
  readonly indicator: string
  readonly detail?: string
  readonly source: { readonly topic: { readonly code: string } }
  readonly suggestions?: readonly { readonly uuid: string; readonly label: string; readonly actions: readonly { readonly type: string; readonly description: string; readonly resource?: Readonly<Record<string, unknown>>; readonly resourceId?: string }[] }[]
  readonly extension: { readonly 'org.ino-cds.findings': readonly { readonly rule: string; readonly indicator: string }[] }
}

export interface DecisionSeen {
  readonly orders: readonly string[]
  readonly findings: readonly { readonly rule: string; readonly indicator: string; readonly order?: string; readonly shown: boolean }[]
  readonly missing: readonly { readonly fact: string; readonly why: string }[]
  readonly notEvaluated: readonly { readonly rule: string; readonly why: string }[]
}

/** What came back from a hook call. */
export interface Answer {
  readonly status: number
  readonly ms: number
  readonly text: string
  readonly cards: readonly CardSeen[]
  readonly decision: DecisionSeen | undefined
  /** The code of an error answer. */
  readonly problem: string | undefined
  /** The words of an error answer. */
  readonly said: string
}

type Loose = Readonly<Record<string, unknown>>
const isObject = (value: unknown): value is Loose => typeof value === 'object' && value !== null

/** References of the drafts in a request body. */
function draftsIn(body: Loose): readonly Loose[] {
  const { context } = body
  const bundle = isObject(context) ? context['draftOrders'] : undefined
  const entries = isObject(bundle) && Array.isArray(bundle['entry']) ? bundle['entry'] : []
  return entries.flatMap((entry: unknown) => (isObject(entry) && isObject(entry['resource']) ? [entry['resource']] : []))
}

const TOPICS = new Set(['giveOrHold', 'dose', 'missing', 'question', 'guidance', 'interaction'])
const DETAIL_LINES = 12

/** What the service promises about its cards beyond CDS Hooks. */
function breachesOf({ cards, decision }: Pick<Answer, 'cards' | 'decision'>, drafts: readonly Loose[]): string[] {
  const shown = new Set((decision?.findings ?? []).filter((finding) => finding.shown).map(({ rule }) => rule))
  return cards.flatMap((card) => [
    ...(TOPICS.has(card.source.topic.code) ? [] : ['topic is none of ours']),
    ...((card.detail ?? '').split('\n').length <= DETAIL_LINES ? [] : ['detail is too long']),
    ...(card.indicator === 'info' || 'overrideReasons' in card ? [] : ['no override reasons']),
    ...card.extension['org.ino-cds.findings'].flatMap(({ rule }) => (shown.has(rule) ? [] : [`${rule} is on a card and not shown in the decision`])),
    ...(card.suggestions ?? []).flatMap(({ actions }) => actions).filter(({ type }) => type === 'update').flatMap(({ resource }) => lostMembers(resource ?? {}, drafts)),
  ])
}

/** An update carries the whole draft: only the dose, the date and the answers may differ. */
function lostMembers(updated: Loose, drafts: readonly Loose[]): string[] {
  const draft = drafts.find(({ id, resourceType }) => id === updated['id'] && resourceType === updated['resourceType']) ?? {}
  const changed = Object.entries(draft).filter(([name, value]) => !['dosageInstruction', 'extension'].includes(name) && JSON.stringify(value) !== JSON.stringify(updated[name]))
  return changed.map(([name]) => `update loses ${name}`)
}

/** Reads an answer; one that breaks a rule of CDS Hooks or of this service is an error. */
export async function read(response: Response, body: Loose, start: number): Promise<Answer> {
  const text = await response.text()
  const ms = performance.now() - start
  const json: unknown = text === '' ? {} : JSON.parse(text)
  if (!isObject(json)) throw new Error('the answer is no object')
  if (response.status !== 200) return problemIn(json, { status: response.status, ms, text })
  const drafts = draftsIn(body)
  const references = drafts.filter(({ id }) => typeof id === 'string').map(({ resourceType, id }) => `${String(resourceType)}/${String(id)}`)
  const extension = isObject(json['extension']) ? json['extension'] : {}
  // Sound: lintResponse below refuses cards of another shape, and every member of the decision is compared by the tests.
  const answer = { cards: json['cards'] as readonly CardSeen[], decision: extension['org.ino-cds.decision'] as DecisionSeen | undefined }
  const breaches = [...lintResponse(json, references), ...breachesOf(answer, drafts)]
  if (breaches.length > 0) throw new Error(`the answer breaks its rules:\n${breaches.join('\n')}\n${text}`)
  return { status: 200, ms, text, ...answer, problem: undefined, said: '' }
}

function problemIn(json: Loose, seen: Pick<Answer, 'status' | 'ms' | 'text'>): Answer {
  const issues = Array.isArray(json['issue']) ? json['issue'] : []
  const [issue] = issues as { details?: { text?: string; coding?: { code?: string }[] } }[] // sound: every member is optional
  const problem = issue?.details?.coding?.[0]?.code
  if (json['resourceType'] !== 'OperationOutcome' || problem === undefined) throw new Error(`status ${String(seen.status)} without OperationOutcome: ${seen.text}`)
  return { ...seen, cards: [], decision: undefined, problem, said: issue?.details?.text ?? '' }
}

/** `rule:indicator` of every finding, sorted; orders may have other ids. */
export const findingsOf = ({ decision }: Answer): readonly string[] => (decision?.findings ?? []).map(({ rule, indicator, shown }) => `${rule}:${indicator}${shown ? ':shown' : ''}`).toSorted()

export const rulesOf = ({ decision }: Answer): readonly string[] => (decision?.findings ?? []).map(({ rule }) => rule).toSorted()

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g
const INSTANT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.\d]*Z/g

/** The cards without what differs from call to call. */
export const cardsOf = ({ cards }: Answer): unknown => JSON.parse(JSON.stringify(cards).replace(UUID, 'uuid').replace(INSTANT, 'instant'))

/** Everything a clinician reads. */
export const wordsOf = ({ cards }: Answer): string => cards.map(({ summary, detail = '' }) => `${summary}\n${detail}`).join('\n')

/** What one answer says, to be compared with another about the same record. */
export const verdictOf = (answer: Answer): object =>
  ({ status: answer.status, findings: findingsOf(answer), missing: answer.decision?.missing, notEvaluated: answer.decision?.notEvaluated, cards: cardsOf(answer) })
