import type { CapabilityStatement, CapabilityStatementRestResource } from 'fhir/r4.js'
import { resourceTypes, searchParametersOf } from './search-parameters.ts'

const INTERACTIONS = ['read', 'vread', 'create', 'update', 'delete', 'search-type'] as const

const resourceOf = (type: string): CapabilityStatementRestResource => ({
  type: type as CapabilityStatementRestResource['type'], // sound: the types come from the R4 definitions
  interaction: INTERACTIONS.map((code) => ({ code })),
  versioning: 'versioned', readHistory: false, updateCreate: true, conditionalCreate: false, conditionalUpdate: false, conditionalDelete: 'not-supported',
  searchParam: [...searchParametersOf(type)].map(([name, { type: kind }]) => ({ name, type: kind })),
})

/** What this server can do (https://hl7.org/fhir/R4/capabilitystatement.html); `base` is its address, `date` when it started. */
export const capabilityStatement = (base: string, date: string): CapabilityStatement => ({
  resourceType: 'CapabilityStatement',
  status: 'active', kind: 'instance', fhirVersion: '4.0.1', date,
  format: ['json', 'application/fhir+json'],
  software: { name: 'ino-cds sandbox' },
  implementation: { description: 'FHIR server of the sandbox: demo patients, held in memory', url: base },
  rest: [{ mode: 'server', interaction: [{ code: 'transaction' }, { code: 'batch' }], resource: resourceTypes().map(resourceOf) }],
})
