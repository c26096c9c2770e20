import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { FhirAccess } from '../../src/fhir/types.ts'

export type Answer = (response: ServerResponse, request: IncomingMessage) => void

/** A FHIR server of its own on the loopback interface, which remembers what it was asked. */
export interface Ehr {
  readonly origin: string
  readonly base: string
  readonly requests: { readonly method: string; readonly url: string; readonly authorization: string | undefined; readonly accept: string | undefined; readonly headers: IncomingHttpHeaders }[]
  readonly access: FhirAccess
}

export const TOKEN = 'secret-token-of-this-call'

/** `answers`: path below the base (without query) → answer. Anything else is 404. */
export async function ehr(answers: Readonly<Record<string, Answer>> = {}): Promise<Ehr> {
  const requests: Ehr['requests'] = []
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request
    requests.push({ method, url, authorization: headers.authorization, accept: headers.accept, headers })
    const path = url.replace(/\?.*$/, '').replace(/^\/fhir\//, '')
    const answer = answers[path]
    if (answer) answer(response, request)
    else response.writeHead(404).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  // Sound: a TCP server that listens has an AddressInfo.
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const base = `${origin}/fhir`
  return { origin, base, requests, access: { base, token: TOKEN, expiresAt: Number.MAX_SAFE_INTEGER } }
}

export const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Answer => (response) => {
  response.writeHead(status, { 'content-type': 'application/fhir+json; charset=utf-8', ...headers }).end(JSON.stringify(body))
}
export const status = (code: number, headers: Record<string, string> = {}): Answer => (response) => void response.writeHead(code, headers).end()
export const hang: Answer = () => undefined
/** Answers in turn, the last one for ever. */
export const inTurn = (...answers: readonly Answer[]): Answer => {
  let calls = 0
  return (response, request) => {
    const answer = answers[Math.min(calls, answers.length - 1)]
    calls += 1
    answer?.(response, request)
  }
}
