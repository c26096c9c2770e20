import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Asked, EhrState } from './fhir-server.ts'

const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url))

export interface EhrProcess {
  readonly base: string
  set(state: EhrState): Promise<void>
  requests(): Promise<readonly Asked[]>
  stop(): Promise<void>
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill()
  await once(child, 'exit')
}

/** The next message of a kind; the child answers in the order in which it is asked. */
async function told<T>(child: ChildProcess, member: string): Promise<T> {
  const [message] = await once(child, 'message') as [Readonly<Record<string, T>>] // sound: what ehr-process.ts sends, and checked next
  const value = message[member]
  if (value === undefined) throw new Error(`the EHR process told no ${member}`)
  return value
}

/** Starts the EHR as a process of its own, on a free port unless one is named. */
export async function spawnEhr(port = 0): Promise<EhrProcess> {
  const child = fork(path('ehr-process.ts'), [String(port)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const base = await told<string>(child, 'base')
  const ask = async <T>(message: object, member: string): Promise<T> => {
    const answer = told<T>(child, member)
    child.send(message)
    return answer
  }
  return { base, set: async (state) => void await ask({ set: state }, 'set'), requests: () => ask({ ask: 'requests' }, 'requests'), stop: () => ended(child) }
}

export interface ServiceProcess {
  readonly url: string
  /** For signals. */
  readonly child: ChildProcess
  /** Everything it printed so far. */
  output(): string
  /** Resolves once so many lines match. */
  printed(pattern: RegExp, times: number): Promise<void>
  /** Ends it without warning. */
  kill(): Promise<void>
  stop(): Promise<void>
}

/** Starts `serve` as a process of its own, as an operator would. */
export async function spawnService(settings: Readonly<Record<string, string>>): Promise<ServiceProcess> {
  const dataDir = mkdtempSync(join(tmpdir(), 'ino-serve-'))
  const env = { PATH: process.env['PATH'] ?? '', AUTH_MODE: 'none', HOST: '127.0.0.1', PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'trace', ...settings }
  const child = spawn(process.execPath, [path('../../src/main.ts'), 'serve'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const lines: string[] = []
  child.stderr.on('data', (chunk: Buffer) => void lines.push(String(chunk)))
  const url = await addressIn(child, lines)
  const stop = async (): Promise<void> => {
    await ended(child)
    rmSync(dataDir, { recursive: true, force: true })
  }
  const printed = async (pattern: RegExp, times: number): Promise<void> => {
    while (lines.filter((line) => pattern.test(line)).length < times) await once(child.stdout, 'data')
  }
  const kill = async (): Promise<void> => {
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
    rmSync(dataDir, { recursive: true, force: true })
  }
  return { url, child, stop, kill, printed, output: () => lines.join('\n') }
}

/** The start-up log line carries the address. */
function addressIn(child: ChildProcess, lines: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`serve ended with ${String(code)}: ${lines.join('\n')}`)))
    if (!child.stdout) return reject(new TypeError('serve has no standard output'))
    createInterface(child.stdout).on('line', (line) => {
      lines.push(line)
      const address = /"address":"([^"]+)"/.exec(line)?.[1]
      if (address !== undefined) resolve(address)
    })
  })
}

/** A server that must never be contacted. */
export async function forbiddenServer(): Promise<{ readonly base: string; readonly contacts: () => number; stop(): Promise<void> }> {
  let contacts = 0
  const server = createServer((_request, response) => void response.end())
  server.on('connection', () => void (contacts += 1))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // Sound: a TCP server that listens has an AddressInfo.
  const base = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/fhir`
  const stop = async (): Promise<void> => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return { base, contacts: () => contacts, stop }
}
