import { OPERATIONS, type Answer, type Operation } from './operations.ts'
import { componentSchemas, type SchemaName } from './schemas.ts'

const JSON_TYPE = 'application/json'
const reference = (name: SchemaName): object => ({ $ref: `#/components/schemas/${name}` })

function described({ means, schema, type }: Answer): object {
  if (schema !== undefined) return { description: means, content: { [JSON_TYPE]: { schema: reference(schema) } } }
  return type === undefined ? { description: means } : { description: means, content: { [type]: { schema: type === JSON_TYPE ? { type: 'object' } : { type: 'string' } } } }
}

const SECURITY = { client: [{ clientJwt: [] }], admin: [{ adminToken: [] }] } as const

function parametersOf({ parameters = {}, query = {} }: Operation): readonly object[] {
  const all = (place: string, named: Readonly<Record<string, string>>) => Object.entries(named).map(([name, description]) => ({ name, in: place, required: place === 'path', description, schema: { type: 'string' } }))
  return [...all('path', parameters), ...all('query', query)]
}

function operationOf(operation: Operation): object {
  const { method, path, tag, summary, caller, body, answers } = operation
  const parameters = parametersOf(operation)
  return {
    operationId: `${method}${path.replaceAll(/[^A-Za-z]+(\w)?/g, (_, letter: string = '') => letter.toUpperCase())}`,
    tags: [tag], summary,
    ...(caller === undefined ? {} : { security: SECURITY[caller] }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body === undefined ? {} : { requestBody: { required: true, content: { [JSON_TYPE]: { schema: reference(body) } } } }),
    responses: Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, described(answer)])),
  }
}

/** Where the service says it stands: paths of the description are below it. */
export interface DocumentOptions { readonly publicUrl: string }

/** The OpenAPI description of every route. The same code gives the same bytes. */
export function openApiDocument({ publicUrl }: DocumentOptions) {
  const paths = Object.entries(Object.groupBy(OPERATIONS, ({ path }) => path))
  return {
    openapi: '3.1.0',
    info: {
      title: 'ino-cds', version: '2.0.1', license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description: 'A CDS Hooks service for orders of inotuzumab ozogamicin. The version is that of the CDS Hooks specification it follows. Errors are FHIR OperationOutcomes; unknown members of requests are ignored.',
    },
    servers: [{ url: publicUrl }],
    tags: [...new Set(OPERATIONS.map(({ tag }) => tag))].map((name) => ({ name })),
    paths: Object.fromEntries(paths.map(([path, operations = []]) => [path, Object.fromEntries(operations.map((operation) => [operation.method, operationOf(operation)]))])),
    components: {
      schemas: componentSchemas(),
      securitySchemes: {
        clientJwt: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'A JWT of a trusted client whose `aud` is the address being called (CDS Hooks, Trusting CDS Clients). Each token is good once.' },
        adminToken: { type: 'http', scheme: 'bearer', description: 'The secret of ADMIN_TOKEN.' },
      },
    },
  }
}
