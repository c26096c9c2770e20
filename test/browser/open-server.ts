import cors from '@fastify/cors'
import { fastify } from 'fastify'
import { fhirServer } from '../../src/sandbox/fhir-server.ts'
import { bundleOf } from '../../src/sandbox/patients/chart.ts'
import { readCharts } from '../../src/sandbox/patients/chart-files.ts'

export interface OpenFhirServer { readonly base: string; stop(): Promise<void> }

/** A FHIR server of another origin that asks nobody to sign in, as public test servers do. */
export async function startOpenServer(): Promise<OpenFhirServer> {
  const app = fastify()
  await app.register(cors, { origin: '*' })
  const fhir = fhirServer()
  await fhir.load(readCharts().map((chart) => bundleOf(chart, { now: new Date(), timeZone: 'UTC' })))
  await fhir.mount(app)
  return { base: `${await app.listen({ port: 0, host: '127.0.0.1' })}/fhir`, stop: () => app.close() }
}
