import cluster from 'node:cluster'
import { AggregatorRegistry, type Registry } from 'prom-client'

/** A worker asks its primary for the page of all; `page` is missing when not all workers answered. */
interface Question { readonly metrics: number }
interface Answer extends Question { readonly page?: string }

const isQuestion = (value: unknown): value is Question => typeof value === 'object' && value !== null && 'metrics' in value && typeof value.metrics === 'number'
const isAnswer = (value: unknown): value is Answer => isQuestion(value)

/** In the primary process: collects the counters of all workers whenever one of them is asked for the metrics. */
export function answerForWorkers(): void {
  const all = new AggregatorRegistry()
  cluster.on('message', (worker, message: unknown) => {
    if (!isQuestion(message)) return
    const answer = (page: object): void => void (worker.isConnected() && worker.send({ metrics: message.metrics, ...page }))
    void all.clusterMetrics().then((page) => answer({ page }), () => answer({}))
  })
}

let asked = 0

function askPrimary(): Promise<string | undefined> {
  const metrics = (asked += 1)
  return new Promise((resolve) => {
    const onMessage = (message: unknown): void => {
      if (!isAnswer(message) || message.metrics !== metrics) return
      process.off('message', onMessage)
      resolve(message.page)
    }
    process.on('message', onMessage)
    process.send?.({ metrics } satisfies Question)
  })
}

/** The page of all workers together, where this process is one of several; its own where the others do not answer. */
export function sharedPage(registries: Registry[], own: () => Promise<string>): () => Promise<string> {
  if (!cluster.isWorker) return own
  AggregatorRegistry.setRegistries(registries)
  // Made for what it does besides: it answers the primary's questions.
  void new AggregatorRegistry()
  return async () => (await askPrimary()) ?? own()
}
