import { createApp } from './app.ts'
import { type Command, isProblems, printConfigProblem, readConfig } from './config.ts'
import { createLogger, logStarted } from './logging.ts'

const USAGE = 'usage: node src/main.ts serve | sandbox'
const isCommand = (word: string | undefined): word is Command => word === 'serve' || word === 'sandbox'

function refuse(lines: readonly string[]): never {
  for (const line of lines) console.error(line)
  process.exit(1)
}

async function run(command: Command): Promise<void> {
  const config = readConfig(undefined, { command })
  if (isProblems(config)) refuse(config.map(printConfigProblem))
  const log = createLogger(config.logLevel)
  for (const notice of config.notices) log.warn(notice)
  const app = await createApp(config, log)
  if (command === 'sandbox') {
    const { registerSandbox } = await import('./sandbox/sandbox.ts')
    await registerSandbox(app.server, { webRoot: new URL('../dist/web', import.meta.url).pathname, now: Date.now })
  }
  const address = await app.server.listen({ host: config.host, port: config.port })
  logStarted(log, address, { profile: app.content.profile, content: app.content.hash, rules: app.content.rules.length })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void app.close().then(() => process.exit(0)))
}

const [, , command] = process.argv
if (!isCommand(command)) refuse([USAGE])
await run(command).catch((error: unknown) => refuse([error instanceof Error ? error.message : String(error)]))
