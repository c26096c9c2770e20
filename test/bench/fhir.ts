import { createServer } from 'node:http'
import { type AddressInfo } from 'node:net'
import { observations, patient, searchset } from './bodies.ts'

/** A FHIR server that costs as little as possible: answers are ready bytes; the patient's id says how many laboratory results there are. */
const NOTHING = Buffer.from(JSON.stringify(searchset([])))
const known = new Map<string, Buffer>()

function answerOf(address: string): Buffer {
  if (address.startsWith('/fhir/Patient/')) return Buffer.from(JSON.stringify(patient(address.slice('/fhir/Patient/'.length))))
  const patientId = /^\/fhir\/Observation\?.*(?:\||%7C)1742-6/.test(address) ? /[?&]patient=([^&]+)/.exec(address)?.[1] : undefined
  return patientId === undefined ? NOTHING : results(patientId)
}

function results(patientId: string): Buffer {
  const ready = known.get(patientId) ?? Buffer.from(JSON.stringify(searchset(observations(Number(patientId.split('-')[1]), patientId, Date.now()))))
  known.set(patientId, ready)
  return ready
}

const server = createServer((request, response) => {
  const body = answerOf(request.url ?? '')
  response.writeHead(200, { 'content-type': 'application/fhir+json', 'content-length': body.length })
  response.end(body)
})
// Sound: a TCP server that listens has an AddressInfo.
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ address: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}` })))
