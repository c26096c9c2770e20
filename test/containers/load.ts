import { type Ehr, FEEDBACK, newOrder, overrideOf, post, SIGN } from './ehr.ts'

/** Replicas that take traffic, in turn: what an ingress does. */
export interface Balancer { add(base: string): void; remove(base: string): void; next(): string; others(base: string): readonly string[] }

export function balancer(...first: readonly string[]): Balancer {
  const bases = [...first]
  let turn = 0
  return {
    add: (base) => void bases.push(base),
    remove: (base) => void bases.splice(bases.indexOf(base), bases.includes(base) ? 1 : 0),
    next: () => bases[(turn += 1) % bases.length] ?? '',
    others: (base) => bases.filter((one) => one !== base),
  }
}

/** What was seen from outside while the load ran. */
export interface Seen {
  /** Cards whose feedback was acknowledged. */
  readonly acknowledged: string[]
  /** How often each token opened the door. */
  readonly admitted: Map<string, number>
  /** Answers of replicas to a token that another has admitted already. */
  readonly replayed: number[]
  /** Answers that were no 200, and connections that broke. */
  readonly troubles: string[]
  rounds: number
}

/** One order with its feedback; whatever breaks is tried again elsewhere with a fresh token, as an EHR would. */
async function round(ehr: Ehr, replicas: Balancer, seen: Seen): Promise<void> {
  const { base, token, response } = await admitted(ehr, replicas, seen, SIGN, newOrder())
  const { cards } = await response.json() as { cards: { uuid: string }[] } // sound: a 200 of a hook
  const [other] = replicas.others(base)
  if (other !== undefined) await replay(other, token, seen)
  for (const { uuid } of cards.slice(0, 1)) {
    await admitted(ehr, replicas, seen, FEEDBACK, overrideOf(uuid))
    seen.acknowledged.push(uuid)
  }
  seen.rounds += 1
}

interface Admitted { readonly base: string; readonly token: string; readonly response: Response }

async function admitted(ehr: Ehr, replicas: Balancer, seen: Seen, path: string, body: string): Promise<Admitted> {
  const [base, token] = [replicas.next(), await ehr.token(path)]
  const response = await post(base, path, body, token).catch((cause: unknown) => String(cause))
  if (typeof response !== 'string' && response.status === 200) {
    seen.admitted.set(token, (seen.admitted.get(token) ?? 0) + 1)
    return { base, token, response }
  }
  seen.troubles.push(typeof response === 'string' ? response : String(response.status))
  // What may have been admitted before its answer was lost must not open the door a second time.
  const [other] = replicas.others(base)
  if (other !== undefined) await replayOnce(other, token, path, seen)
  return admitted(ehr, replicas, seen, path, body)
}

async function replay(base: string, token: string, seen: Seen): Promise<void> {
  const response = await post(base, SIGN, newOrder(), token).catch(() => undefined)
  if (response) seen.replayed.push(response.status)
}

async function replayOnce(base: string, token: string, path: string, seen: Seen): Promise<void> {
  const [first, second] = [await post(base, path, newOrder(), token).catch(() => undefined), await post(base, path, newOrder(), token).catch(() => undefined)]
  const count = [first, second].filter((response) => response?.status === 200).length
  seen.admitted.set(token, (seen.admitted.get(token) ?? 0) + count)
}

/** Runs rounds side by side until told to stop. */
export function load(ehr: Ehr, replicas: Balancer, width = 3) {
  const seen: Seen = { acknowledged: [], admitted: new Map(), replayed: [], troubles: [], rounds: 0 }
  let isOver = false
  const worker = async (): Promise<void> => {
    await round(ehr, replicas, seen)
    if (!isOver) await worker()
  }
  const done = Promise.all(Array.from({ length: width }, worker))
  /** Resolves after so many further rounds: the load has gone on. */
  const goesOn = async (rounds: number): Promise<void> => {
    const until = seen.rounds + rounds
    while (seen.rounds < until) await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 20))])
  }
  const stop = async (): Promise<Seen> => {
    isOver = true
    await done
    return seen
  }
  return { seen, goesOn, stop }
}
