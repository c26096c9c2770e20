import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface RunningSandbox {
  readonly url: string
  readonly stop: () => Promise<void>
}

const START_MS = 90_000

const addressIn = (line: string): string | undefined => {
  try {
    const logged: unknown = JSON.parse(line)
    const isAddress = typeof logged === 'object' && logged !== null && 'address' in logged && typeof logged.address === 'string'
    return isAddress ? String(logged.address) : undefined
  } catch {
    return undefined
  }
}

const listening = (child: ChildProcess): Promise<string> => new Promise((resolve, reject) => {
  const said: string[] = []
  const giveUp = setTimeout(() => reject(new Error(`the sandbox did not start:\n${said.join('\n')}`)), START_MS)
  child.once('exit', (code) => {
    clearTimeout(giveUp)
    reject(new Error(`the sandbox ended with ${String(code)}:\n${said.join('\n')}`))
  })
  const hear = (line: string): void => {
    said.push(line)
    const address = addressIn(line)
    if (address === undefined) return
    clearTimeout(giveUp)
    resolve(address)
  }
  for (const stream of [child.stdout, child.stderr]) if (stream) createInterface({ input: stream }).on('line', hear)
})

const asUrl = (address: string): string => (address.startsWith('http') ? address : `http://${address}`).replace('0.0.0.0', '127.0.0.1').replace(/\/$/, '')

const ended = (child: ChildProcess): Promise<void> => new Promise((resolve) => {
  if (child.exitCode !== null) return resolve()
  child.once('exit', () => resolve())
  child.kill('SIGTERM')
})

/** Starts the sandbox as a process of its own on a free port, with a store that is thrown away. SANDBOX_URL uses a running one instead. */
export const startSandbox = async (settings: Readonly<Record<string, string>> = {}): Promise<RunningSandbox> => {
  const running = process.env.SANDBOX_URL
  if (running !== undefined) return { url: running, stop: async () => undefined }
  const dataDir = await mkdtemp(join(tmpdir(), 'ino-cds-browser-'))
  const child = spawn(process.execPath, ['src/main.ts', 'sandbox'], {
    env: { ...process.env, HOST: '127.0.0.1', PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'info', ...settings }, stdio: ['ignore', 'pipe', 'pipe'],
  })
  const stop = async (): Promise<void> => {
    await ended(child)
    await rm(dataDir, { recursive: true, force: true })
  }
  try {
    return { url: asUrl(await listening(child)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}
