import cluster from 'node:cluster'
import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'
import { type App, createApp } from './app.ts'
import type { Outcome } from './commands/outcome.ts'
import { clientEntry } from './config-files.ts'
import { type Command, type Config, isProblems, printConfigProblem, readConfig, readContentConfig } from './config.ts'
import { contentProblems } from './content-in-force.ts'
import { answerForWorkers } from './http/worker-metrics.ts'
import { createLogger, logStarted, wholeLines } from './logging.ts'
import { endingOf, endOnDefects, endOnSignals } from './shutdown.ts'
import { followPrimary, reloadOthers, runWorkers } from './workers.ts'

const USAGE = `usage: node src/main.ts <command>
  serve                       the service
  sandbox                     the service with demo patients, a FHIR server and order entry
  doctor                      checks settings, content, clients, FHIR servers, store and clocks
  evaluate <request.json>     answers a recorded request offline and says why
  export <what>               prints decisions, feedback or audit-events of the store
  demo-data <FHIR base>       loads the demo patients into a FHIR R4 server
  content [check | docs | schemas | explain]
  openapi                     the description of every route, as in docs/openapi.json`

/** Commands that print what they found and end. Imported when they are called: none of them belongs to the running service. */
const TOOLS: Readonly<Record<string, (words: readonly string[]) => Promise<Outcome>>> = {
  content: async (words) => (await import('./commands/content.ts')).content(words),
  openapi: async () => (await import('./commands/openapi.ts')).openApi(),
  doctor: async () => (await import('./commands/doctor.ts')).doctor(),
  evaluate: async (words) => (await import('./commands/evaluate.ts')).evaluate(words),
  export: async (words) => (await import('./commands/export.ts')).exportStore(words),
  'demo-data': async (words) => (await import('./commands/demo-data.ts')).demoData(words),
}
const isCommand = (word: string): word is Command => word === 'serve' || word === 'sandbox'

function refuse(lines: readonly string[]): never {
  for (const line of lines) console.error(line)
  process.exit(1)
}

async function run(command: Command): Promise<void> {
  const config = readConfig(undefined, { command })
  // All that is wrong in one start: the content too.
  if (isProblems(config)) refuse([...config.map(printConfigProblem), ...contentProblems(readContentConfig())])
  // Lines of several processes must not be mixed: they write theirs one by one.
  const log = createLogger(config.logLevel, cluster.isWorker ? wholeLines() : undefined)
  endOnDefects(log)
  if (cluster.isWorker) return runWorker(config, log)
  for (const notice of config.notices) log.warn(notice)
  if (command === 'sandbox') return runSandbox(config, log)
  if (config.workers > 1) {
    answerForWorkers()
    return runWorkers(config.workers, log)
  }
  await listen(await createApp(config, log), config, log)
}

/** One of several processes behind one port. */
async function runWorker(config: Config, log: Logger): Promise<void> {
  const app = await createApp(config, log, { onReload: reloadOthers })
  await app.server.listen({ host: config.host, port: config.port })
  log.info({ pid: process.pid, content: app.content.current().content.hash }, 'worker ready')
  followPrimary(endingOf(app, config, log), () => void app.content.reload())
}

/** The sandbox is its own EHR: the service may read the embedded FHIR server, under whichever name the page was opened. */
async function runSandbox(config: Config, log: Logger): Promise<void> {
  // Not imported above: the image of the service holds no sandbox.
  const { freePort } = await import('./sandbox/free-port.ts')
  const port = config.port === 0 ? await freePort() : config.port
  // A free port is known only now.
  const publicUrl = config.port === 0 ? config.publicUrl.replace(/:0$/, `:${String(port)}`) : config.publicUrl
  const names = [publicUrl, `http://localhost:${String(port)}`, `http://127.0.0.1:${String(port)}`]
  const fhirServers = names.map((name) => `${name}/fhir`)
  const [{ registerSandbox, demonstration }, { demoClients }] = await Promise.all([import('./sandbox/sandbox.ts'), import('./sandbox/demo-clients.ts')])
  // Where clients are checked, the page is not one of them.
  const clients = config.authMode === 'none' ? await demoClients() : []
  const open = {
    ...config, port, publicUrl, smartAppUrl: config.smartAppUrl ?? `${publicUrl}/timeline/`, fhirServers: [...config.fhirServers, ...fhirServers],
    clients: [...config.clients, ...clients.map(({ iss, dialect, publicKey }) => clientEntry({ iss, dialect, fhirServers, jwks: { keys: [publicKey] } }))],
  }
  const app = await createApp(open, log, { demonstration })
  const { forgetDemonstration } = await import('./sandbox/forget.ts')
  const own = new Set([...clients.map(({ iss }) => iss), demonstration.client, 'anonymous'])
  await registerSandbox(app.server, { clients, audience: publicUrl, forget: () => forgetDemonstration(app.store, own, Date.now()), timeZone: config.site.timezone, webRoot: fileURLToPath(new URL('../dist/web', import.meta.url)), now: () => new Date() })
  await listen(app, open, log)
}

async function listen(app: App, config: Config, log: Logger): Promise<void> {
  const address = await app.server.listen({ host: config.host, port: config.port })
  const { content } = app.content.current()
  logStarted(log, address, { profile: content.profile, content: content.hash, rules: content.rules.length })
  process.on('SIGHUP', () => void app.content.reload())
  endOnSignals(endingOf(app, config, log))
}

async function runTool(tool: (words: readonly string[]) => Promise<Outcome>, words: readonly string[]): Promise<void> {
  const { lines, ok, stream } = await tool(words)
  for (const line of lines) console.log(line)
  for await (const line of stream ?? []) console.log(line)
  // Connections kept alive would hold the process up for a minute; what was printed must have left.
  process.stdout.write('', () => process.exit(ok ? 0 : 1))
}

const failed = (error: unknown): never => refuse([error instanceof Error ? error.message : String(error)])

const [, , command = '', ...words] = process.argv
const tool = TOOLS[command]
if (tool) await runTool(tool, words).catch(failed)
else if (isCommand(command)) await run(command).catch(failed)
else refuse([USAGE])
