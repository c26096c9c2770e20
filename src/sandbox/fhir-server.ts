import { FhirRouter, MemoryRepository } from '@medplum/fhir-router'
import type { Resource } from '@medplum/fhirtypes'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Bundle } from 'fhir/r4.js'
import { capabilityStatement } from './fhir/capability.ts'
import { answerRefusals, FHIR_JSON, parseBodies, refuse } from './fhir/exchange.ts'
import { isRefusal, refusal } from './fhir/outcome.ts'
import { type Held, interact } from './fhir/interact.ts'
import type { Pairs } from './fhir/search-query.ts'
import { search } from './fhir/search.ts'
import { resourceTypes } from './fhir/search-parameters.ts'
import type { FhirRequestShape } from './smart/access.ts'

/** An embedded FHIR R4 server that holds everything in memory. */
export interface FhirServer {
  /** Mounts the server on an application, under `prefix`. */
  readonly mount: (app: FastifyInstance, prefix?: string) => Promise<void>
  /** Replaces everything it holds by the resources of the Bundles, under their own ids. */
  readonly load: (bundles: readonly Bundle[]) => Promise<void>
}

export interface FhirServerOptions {
  /** When given, every request but /metadata must carry it as a bearer token. */
  readonly token?: string
  /** Whether another bearer token covers a request; 401 for a token that is not good, 403 for a request beyond it. Without a token the sandbox is open. */
  readonly judge?: (token: string, asked: FhirRequestShape) => Promise<'covered' | 'beyond' | 'unknown'>
}

/** The bearer token that the sandbox's own EHR hands to services: it opens everything. */
export const SANDBOX_TOKEN = 'sandbox'

interface ByType { readonly Params: { readonly type: string; readonly '*'?: string } }

const isOfType = (body: unknown, type: string): body is Resource => typeof body === 'object' && body !== null && 'resourceType' in body && body.resourceType === type

function guard(api: FastifyInstance, token: string | undefined): void {
  const types = new Set(resourceTypes())
  api.addHook('onRequest', async (request: FastifyRequest, reply) => {
    reply.header('cache-control', 'no-store')
    const { type } = request.params as { type?: string } // sound: Fastify's params are the named parts of the route
    const isOpen = request.routeOptions.url?.endsWith('/metadata') === true
    if (!isOpen && token !== undefined && request.headers.authorization !== `Bearer ${token}`) return refuse(reply, refusal(401, 'login', 'Send the bearer token'))
    if (type !== undefined && !types.has(type)) return refuse(reply, refusal(404, 'not-supported', 'This resource type does not exist in FHIR R4'))
  })
}

const shapeOf = (request: FastifyRequest, rest: string): FhirRequestShape => {
  const { type } = request.params as { type?: string } // sound: as above
  return { method: request.method, type, rest, query: new URL(request.url, 'http://localhost').searchParams, body: request.body }
}

/** A token that is sent must be good and reach as far as the request. After parsing, because what is created says whose it is. */
function guardByGrant(api: FastifyInstance, judge: FhirServerOptions['judge']): void {
  api.addHook('preHandler', async (request: FastifyRequest, reply) => {
    const token = /^Bearer (?<token>\S+)$/i.exec(request.headers.authorization ?? '')?.groups?.['token']
    const isOpen = request.routeOptions.url?.endsWith('/metadata') === true
    if (judge === undefined || isOpen || request.headers.authorization === undefined || token === SANDBOX_TOKEN) return undefined
    const rest = request.routeOptions.url?.endsWith('/_search') === true ? '_search' : (request.params as { '*'?: string })['*'] ?? '' // sound: as above
    const verdict = token === undefined ? 'unknown' : await judge(token, shapeOf(request, rest))
    if (verdict === 'covered') return undefined
    if (verdict === 'unknown') return refuse(reply.header('www-authenticate', 'Bearer error="invalid_token"'), refusal(401, 'login', 'The token is not valid, or no longer'))
    return refuse(reply, refusal(403, 'forbidden', 'The token does not reach this far'))
  })
}

function searchRoutes(api: FastifyInstance, { repository }: Held, baseOf: (request: FastifyRequest) => string): void {
  const answer = async (request: FastifyRequest<ByType>, reply: FastifyReply, pairs: Pairs): Promise<FastifyReply> => {
    const found = await search(repository, { base: baseOf(request), type: request.params.type, pairs })
    return isRefusal(found) ? refuse(reply, found) : reply.type(FHIR_JSON).send(JSON.stringify(found))
  }
  const asked = (request: FastifyRequest): Pairs => [...new URL(request.url, 'http://localhost').searchParams]
  api.get<ByType>('/:type', (request, reply) => answer(request, reply, asked(request)))
  api.post<ByType>('/:type/_search', (request, reply) => {
    const form = request.body instanceof URLSearchParams ? [...request.body] : []
    return answer(request, reply, [...asked(request), ...form])
  })
}

function interactionRoutes(api: FastifyInstance, held: Held, baseOf: (request: FastifyRequest) => string): void {
  const started = new Date().toISOString()
  api.get('/metadata', (request, reply) => reply.type(FHIR_JSON).send(JSON.stringify(capabilityStatement(baseOf(request), started))))
  api.post('/', (request, reply) => interact(held, request, '', reply, baseOf(request)))
  api.post<ByType>('/:type', (request, reply) => {
    if (!isOfType(request.body, request.params.type)) return refuse(reply, refusal(400, 'invalid', 'The body is not a resource of this type'))
    delete request.body.id // a create never chooses the id (https://hl7.org/fhir/R4/http.html#create)
    return interact(held, request, request.params.type, reply, baseOf(request))
  })
  const handler = (request: FastifyRequest<ByType>, reply: FastifyReply) => interact(held, request, `${request.params.type}/${request.params['*'] ?? ''}`, reply, baseOf(request))
  api.route<ByType>({ method: ['GET', 'PUT', 'DELETE'], url: '/:type/*', handler })
}

/** A FHIR R4 server on @medplum/fhir-router. It does not validate resources, and its transactions are not atomic. */
export function fhirServer({ token, judge }: FhirServerOptions = {}): FhirServer {
  const held: Held = { router: new FhirRouter(), repository: new MemoryRepository() }
  return {
    mount: async (app, prefix = '/fhir') => {
      const baseOf = (request: FastifyRequest): string => `${request.protocol}://${request.host}${prefix}`
      await app.register(async (api) => {
        parseBodies(api)
        answerRefusals(api)
        guard(api, token)
        guardByGrant(api, judge)
        searchRoutes(api, held, baseOf)
        interactionRoutes(api, held, baseOf)
      }, { prefix })
    },
    load: async (bundles) => {
      held.repository.clear()
      const resources = bundles.flatMap(({ entry }) => (entry ?? []).flatMap(({ resource }) => resource ?? []))
      for (const resource of resources) await held.repository.updateResource(resource as Resource) // sound: both packages type the same R4 resources
    },
  }
}
