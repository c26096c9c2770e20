import type { FastifyBaseLogger } from 'fastify'
import type { Circuit, FhirWatch } from '../fhir/servers.ts'
import type { Metrics } from './metrics.ts'
import type { CallNotice } from './types.ts'

const CIRCUIT_VALUES: Readonly<Record<Circuit, number>> = { closed: 0, probing: 1, open: 2 }

/** Counts the queries of FHIR servers, and says when one of them stops answering and when it is back. */
export function fhirWatch({ fhirQueries, fhirDuration, fhirCircuit }: Metrics, log: FastifyBaseLogger): FhirWatch {
  return {
    answered(server, outcome, seconds) {
      fhirQueries.inc({ server, outcome })
      fhirDuration.observe({ server }, seconds)
    },
    circuit(server, state) {
      fhirCircuit.set({ server }, CIRCUIT_VALUES[state])
      if (state === 'open') log.warn({ server, circuit: state }, 'FHIR server does not answer and is left alone for a while')
      else log.info({ server, circuit: state }, state === 'closed' ? 'FHIR server answers again' : 'FHIR server is tried again')
    },
  }
}

/** Logs and counts what an operator should know of the data of one call. */
export function noticed({ accessDenied, strangers }: Metrics, log: FastifyBaseLogger): (notice: CallNotice) => void {
  return (notice) => {
    if (notice.kind === 'access-denied') {
      accessDenied.inc({ reason: notice.denied })
      return log.warn({ denied: notice.denied }, 'no access to the FHIR server')
    }
    const { server, record: { sources, irregularities: { discarded } } } = notice
    const unread = Object.fromEntries([...sources].flatMap(([key, source]) => (source.state === 'read' ? [] : [[key, source.why]])))
    if (Object.keys(unread).length > 0) log.warn({ server, unread }, 'record incomplete')
    if (discarded === 0) return
    strangers.inc(discarded)
    // A fault of the EHR that may be dangerous elsewhere too.
    log.error({ server, discarded }, 'resources of another patient discarded')
  }
}
