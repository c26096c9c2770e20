import { fileURLToPath } from 'node:url'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { Config } from './config.ts'
import { type ContentInForce, contentInForce } from './content-in-force.ts'
import type { Content } from './engine/rule.ts'
import { fhirServers } from './fhir/servers.ts'
import { adminRoutes } from './http/admin-auth.ts'
import { contentRoutes } from './http/content-routes.ts'
import { serveTimeline } from './http/built-pages.ts'
import { registerContentTexts } from './http/content-texts.ts'
import { governanceRoutes } from './http/governance/routes.ts'
import { answerHook } from './http/answer-hook.ts'
import { fhirWatch } from './http/fhir-notices.ts'
import { exportRoutes } from './http/export-routes.ts'
import { createMetrics } from './http/metrics.ts'
import { observedStore } from './http/observed-store.ts'
import { describeRoutes } from './http/openapi/pages.ts'
import { prefixOf } from './http/pages/layout.ts'
import { registerRulePages } from './http/rule-pages.ts'
import { buildServer } from './http/server.ts'
import { loggedError } from './logging.ts'
import { openStore } from './store/open.ts'
import { keepRemoving } from './store/retention.ts'
import type { Store } from './store/store.ts'

export interface App {
  readonly server: FastifyInstance
  readonly content: ContentInForce
  readonly store: Store
  /** From now on it is not ready any more, and says so; every connection ends with its next answer. */
  drain(): void
  /** Takes no new connections, finishes what is under way, then closes what it holds open. */
  close(): Promise<void>
  /** Breaks off what is still under way. */
  cut(): void
}

export interface AppOptions {
  /** Called when a call has replaced the content of this process. */
  readonly onReload?: () => void
  readonly demonstration?: Demonstration
}

/** The built pages. */
const WEB_ROOT = fileURLToPath(new URL('../dist/web', import.meta.url))

/** A database server that is started together with the service may take this long. */
const PATIENCE_MS = 30_000

/** Made-up decisions for a demonstration, and the client they stand under. */
export interface Demonstration { readonly client: string; load(store: Store, content: Content): Promise<void> }

/** Puts the parts together. Not listening yet. Throws with every problem of the content, one a line. */
export async function createApp(config: Config, log: FastifyBaseLogger, { onReload, demonstration }: AppOptions = {}): Promise<App> {
  const metrics = createMetrics()
  const content = contentInForce(config, log, metrics)
  const store = observedStore(await openStore({ ...config, patienceMs: PATIENCE_MS }), metrics)
  const servers = fhirServers(fhirWatch(metrics, log))
  let isDraining = false
  const server = buildServer({
    config, store, log, metrics, fhirServers: servers.states, isDraining: () => isDraining,
    discovery: () => content.current().discovery,
    content: () => content.current().content,
    reasons: () => content.current().content.overrideReasons,
    answerHook: answerHook({ inForce: content.current, publicUrl: config.publicUrl, smartAppUrl: config.smartAppUrl, store, servers, storeInputs: config.stored.inputs }),
  })
  registerRulePages(server, (accepted, chosen) => content.current().contentIn(accepted, chosen), { prefix: prefixOf(config.publicUrl), hasGovernance: config.command === 'sandbox' || config.adminTokens.length > 0, ...(config.command === 'sandbox' ? { home: '/' } : {}) })
  registerContentTexts(server, () => content.current().texts)
  if (config.command === 'serve' && config.timelineConfig !== undefined) serveTimeline(server, WEB_ROOT, config.timelineConfig)
  describeRoutes(server, config)
  governanceRoutes(server, {
    config, store, content: (accepted, chosen) => content.current().contentIn(accepted, chosen), calendar: content.current,
    ...(demonstration ? { demoClient: demonstration.client, loadDemo: () => demonstration.load(store, content.current().content) } : {}),
  })
  adminRoutes(server, config, (admin) => {
    contentRoutes(admin, () => {
      const ended = content.reload()
      if (ended.outcome === 'replaced') onReload?.()
      return ended
    })
    exportRoutes(admin, store)
  })
  const stopRemoving = keepRemoving(store, {
    days: config.stored.days,
    onRemoved: (rows) => log.info({ rows }, 'expired rows removed from the store'),
    onFailure: (cause) => log.error({ failure: loggedError(cause) }, 'expired rows not removed from the store'),
  })
  const close = async (): Promise<void> => {
    await server.close()
    await servers.close()
    await stopRemoving()
    await store.close()
  }
  return { server, content, store, close, drain: () => void (isDraining = true), cut: () => server.server.closeAllConnections() }
}
