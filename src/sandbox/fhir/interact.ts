import { getStatus } from '@medplum/core'
import type { FhirRequest, FhirRouter, MemoryRepository } from '@medplum/fhir-router'
import type { Resource } from '@medplum/fhirtypes'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { FHIR_JSON, refuse } from './exchange.ts'
import { type Refusal, refusal } from './outcome.ts'

export interface Held {
  readonly router: FhirRouter
  readonly repository: MemoryRepository
}

/** Sentences of the library may quote the request; the status says enough. */
function refusalOf(status: number): Refusal {
  if (status === 404) return refusal(status, 'not-found', 'There is no such resource')
  return refusal(status, status === 412 ? 'conflict' : 'invalid', status === 412 ? 'The resource has changed meanwhile' : 'The request cannot be carried out')
}

function describe(reply: FastifyReply, { id, meta, resourceType }: Resource, base: string): void {
  const { versionId, lastUpdated } = meta ?? {}
  if (versionId) reply.header('etag', `W/"${versionId}"`)
  if (lastUpdated) reply.header('last-modified', new Date(lastUpdated).toUTCString())
  if (reply.statusCode === 201) reply.header('location', `${base}/${resourceType}/${id ?? ''}/_history/${versionId ?? ''}`)
}

/** Carries out read, vread, history, create, update, delete, batch and transaction (https://hl7.org/fhir/R4/http.html); `path` is relative to the base. */
export async function interact({ router, repository }: Held, request: FastifyRequest, path: string, reply: FastifyReply, base: string): Promise<FastifyReply> {
  const method = request.method as FhirRequest['method'] // sound: the routes name the methods
  const asked: FhirRequest = { method, url: path, pathname: '', params: {}, query: {}, body: request.body, headers: request.headers }
  const [outcome, resource] = await router.handleRequest(asked, repository)
  const status = getStatus(outcome)
  if (status >= 400) return refuse(reply, refusalOf(status))
  reply.code(status).type(FHIR_JSON)
  if (resource) describe(reply, resource, base)
  return reply.send(JSON.stringify(resource ?? outcome))
}
