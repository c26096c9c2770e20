import { type Config, type Environment, isProblems, readConfig } from '../config.ts'
import { isInForce, loadInForce } from '../content-in-force.ts'
import { openStore } from '../store/open.ts'
import { type Check, doubt, ok, report, wrong } from './check.ts'
import { neighbours } from './neighbours.ts'
import type { Outcome } from './outcome.ts'

const LEAST_NODE = 24

/** Looks at everything `serve` depends on, with the settings of this environment, and says what is wrong and what to do about it. */
export async function doctor(env?: Environment): Promise<Outcome> {
  const config = readConfig(env, { command: 'serve' })
  if (isProblems(config)) return report(config.map(({ name, wrong: says, hint }) => wrong(name, says, hint)))
  const [stored, around] = await Promise.all([store(config), neighbours(config)])
  return report([node(), ok('settings', 'readable'), ...config.notices.map((notice) => doubt('settings', notice)), ...content(config), stored, ...around])
}

function node(): Check {
  const { node: version } = process.versions
  return Number.parseInt(version, 10) >= LEAST_NODE ? ok('Node', version) : wrong('Node', version, `run it on Node ${String(LEAST_NODE)} or newer, or by the npm scripts`)
}

function content(config: Config): Check[] {
  const loaded = attempt(() => loadInForce(config))
  if (typeof loaded === 'string') return [wrong('content', loaded, 'CONTENT_DIR must hold cards/ and fhir-mappings/')]
  if (!isInForce(loaded)) return loaded.map((problem) => wrong('content', problem, 'correct the file; nothing of this content is used'))
  const { hash, profile, rules } = loaded.content
  return [ok('content', `${String(rules.length)} rules, profile ${profile}, hash ${hash}`)]
}

function attempt<T>(act: () => T): T | string {
  try {
    return act()
  } catch (cause) {
    return messageOf(cause)
  }
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

/** Opening brings the schema up to date, exactly as a start of the service would. */
async function store({ dataDir, databaseUrl, ...rest }: Config): Promise<Check> {
  const [what, todo] = databaseUrl === undefined
    ? [`store in ${dataDir}`, 'DATA_DIR must be a folder that this user may write to, on a disk with space']
    : ['DATABASE_URL', 'check address, user, password and TLS, and that this user may create tables']
  try {
    const opened = await openStore({ dataDir, databaseUrl, ...rest })
    await opened.health().finally(() => opened.close())
    return ok(what, 'opened and written to')
  } catch (cause) {
    return wrong(what, messageOf(cause), todo)
  }
}
