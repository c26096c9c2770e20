import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Usage } from './probe.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** A server in a process of its own, with a probe in it. */
export interface Measured {
  readonly url: string
  readonly startedInMs: number
  readonly process: ChildProcess
  /** What it used since it was last asked. */
  usage(): Promise<Usage>
  stop(): Promise<void>
}

/** Starts a server and waits for the line that carries its address. */
export async function startMeasured(script: string, args: readonly string[], env: Readonly<Record<string, string>> = {}, flags: readonly string[] = []): Promise<Measured> {
  const began = performance.now()
  const command = [...flags, '--import', join(ROOT, 'test/bench/probe.ts'), join(ROOT, script), ...args]
  const child = spawn(process.execPath, command, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  const url = await addressOf(child, script)
  const startedInMs = performance.now() - began
  const usage = async (): Promise<Usage> => {
    const told = once(child, 'message')
    child.send('usage')
    const [answer] = await told as [Usage] // sound: the probe sends nothing else
    return answer
  }
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.removeAllListeners('exit').kill()
    await once(child, 'exit')
  }
  return { url, startedInMs, process: child, usage, stop }
}

function addressOf(child: ChildProcess, script: string): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${script} ended with ${String(code)}`)))
    child.stdout?.on('data', (chunk: Buffer) => {
      const address = /"address":"([^"]+)"/.exec(chunk.toString())?.[1]
      if (address !== undefined) resolve(address.replace('0.0.0.0', '127.0.0.1'))
    })
  })
}
