import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fastify } from 'fastify'
import type { Bundle, FhirResource, OperationOutcome } from 'fhir/r4.js'
import { registerSandbox } from '../../src/sandbox/sandbox.ts'

export interface Running {
  readonly base: string
  readonly close: () => Promise<void>
}

/** A folder that looks like a built page. */
export function builtPage(): string {
  const webRoot = mkdtempSync(join(tmpdir(), 'ino-web-'))
  mkdirSync(join(webRoot, 'assets'))
  writeFileSync(join(webRoot, 'index.html'), '<!doctype html><title>Order entry</title>')
  writeFileSync(join(webRoot, 'assets', 'index-4f2a.js'), 'export {}')
  return webRoot
}

/** The sandbox alone on a free port. */
export async function runSandbox(now: () => Date = () => new Date()): Promise<Running> {
  const app = fastify()
  await registerSandbox(app, { webRoot: builtPage(), now })
  return { base: await app.listen({ port: 0, host: '127.0.0.1' }), close: () => app.close() }
}

/** JSON of an answer, taken as what the server promises; the assertions of the tests check it. */
export async function json<T>(response: Promise<Response> | Response): Promise<T> {
  return await (await response).json() as T // sound: see above
}

export const bundle = (response: Promise<Response>): Promise<Bundle> => json<Bundle>(response)
export const outcome = (response: Response): Promise<OperationOutcome> => json<OperationOutcome>(response)
export const resourcesOf = ({ entry }: Bundle): readonly FhirResource[] => (entry ?? []).flatMap(({ resource }) => (resource ? [resource as FhirResource] : [])) // sound: the default of Bundle's parameter is wider than what it can hold
