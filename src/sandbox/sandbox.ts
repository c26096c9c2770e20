import type { FastifyInstance } from 'fastify'
import { fhirServer } from './fhir-server.ts'
import { servePages } from '../http/built-pages.ts'
import { bundleOf } from './patients/chart.ts'
import { readCharts } from './patients/chart-files.ts'
import { covers } from './smart/access.ts'
import { smartServer } from './smart/server.ts'
import { signedTokens } from './smart/tokens.ts'
import type { Content } from '../engine/rule.ts'
import { DEMO_CLIENT, loadDemoMonth } from './demo-month.ts'
import { clientRoutes, type DemoClient } from './demo-clients.ts'
import { offeredPlans } from './plans.ts'
import { offeredDrugs, storyOf } from './stories.ts'
import { plannedIn, toldIn, wordsFor } from './told.ts'

/** Long enough to read a chart, short enough to see what an app does when its token ends. */
const TOKEN_SECONDS = 900

export interface SandboxOptions {
  /** Folder of the built page. */
  readonly webRoot: string
  /** The clock: the demo patients are dated relative to the moment of loading. */
  readonly now: () => Date
  /** Zone in which the charts' days are counted; that of the service. */
  readonly timeZone?: string
  /** The EHRs the page can sign as; none where the service checks its own clients. */
  readonly clients?: readonly DemoClient[]
  /** What a token must name as audience: the public address of the service. */
  readonly audience?: string
  /** Empties the store of the service, so that a story can be told again from its beginning; false if it did not. */
  readonly forget?: () => Promise<boolean>
}

/** Reasons a rule offers, with those that every rule offers. */
const reasonsOf = ({ rules, deck, overrideReasons: { system, reasons } }: Content) => (id: string) =>
  [...(rules.find((rule) => rule.id === id)?.said.overrideReasons ?? []), ...deck.alwaysOffered].map((code) => ({ code, system, display: reasons[code]?.display ?? code }))

/** A month of made-up decisions, for a dashboard that shows something. */
export const demonstration = {
  client: DEMO_CLIENT,
  load: (store: Parameters<typeof loadDemoMonth>[0], content: Content): Promise<void> =>
    loadDemoMonth(store, readCharts(), { profile: content.profile, labelRevision: content.labelRevision, contentHash: content.hash, software: 'demonstration', reasons: reasonsOf(content) }, Date.now()),
}

/** Adds the sandbox to an application: the FHIR server with the demo patients at /fhir, the lists of the order-entry page at /sandbox, and the page at /. */
export async function registerSandbox(app: FastifyInstance, { webRoot, now, timeZone = 'UTC', clients = [], audience = '', forget }: SandboxOptions): Promise<void> {
  const charts = readCharts()
  const tokens = await signedTokens(TOKEN_SECONDS, now)
  const fhir = fhirServer({
    judge: async (token, asked) => {
      const grant = await tokens.introspect(token)
      return grant === undefined ? 'unknown' : covers(grant, asked) ? 'covered' : 'beyond'
    },
  })
  const reload = (): Promise<void> => {
    const today = { now: now(), timeZone }
    return fhir.load(charts.map((chart) => bundleOf(chart, today)))
  }
  await reload()
  await fhir.mount(app)
  const stories = charts.map(storyOf)
  const drugs = offeredDrugs()
  app.get('/sandbox/patients', ({ headers }, reply) => reply.header('cache-control', 'no-store').send(stories.map(toldIn(wordsFor(headers['accept-language'])))))
  app.get('/sandbox/drugs', (_request, reply) => reply.header('cache-control', 'no-store').send(drugs))
  const plans = offeredPlans()
  app.get('/sandbox/plans', ({ headers }, reply) => reply.header('cache-control', 'no-store').send(plans.map(plannedIn(wordsFor(headers['accept-language'])))))
  clientRoutes(app, clients, audience)
  app.post('/sandbox/reset', async (_request, reply) => {
    await reload()
    await forget?.()
    return reply.header('cache-control', 'no-store').send({ patients: charts.length })
  })
  await smartServer(app, { patients: stories, tokens, now, appPath: '/timeline/' })
  await servePages(app, webRoot)
}
