import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { mayAnswer } from '../../src/web/timeline/answers.ts'
import { TimelineConfig } from '../../src/hooks/timeline-config.ts'
import { issOf, serverFor } from '../../src/web/timeline/config.ts'

const ORIGIN = 'https://cds.hospital.example'
const config = TimelineConfig.parse({
  servers: [{ name: 'EHR', iss: 'https://ehr.example/fhir/r4/', clientId: 'a' }, { name: 'launcher', iss: 'https://launch.example/v/r4', clientId: 'b' }, { name: 'own', iss: '/fhir', clientId: 'c' }],
  scope: 'patient/*.rs', redirectUri: '/timeline/',
})
const nameOf = (iss: string): string | undefined => serverFor(iss, config, ORIGIN)?.name

describe('which server a launch may come from', () => {
  test.each([['https://ehr.example/fhir/r4', 'EHR'], ['https://ehr.example/fhir/r4/', 'EHR'], ['https://launch.example/v/r4/sim/abc/fhir', 'launcher'], [`${ORIGIN}/fhir`, 'own']])('%s is %s', (iss, name) => expect(nameOf(iss)).toBe(name))
  test.each(['https://evil.example/fhir/r4', 'https://ehr.example/fhir/r4evil', 'https://ehr.example/fhir', 'https://ehr.example.evil.example/fhir/r4', 'http://ehr.example/fhir/r4', 'https://user@ehr.example/fhir/r4', 'https://ehr.example/fhir/r4?x=1', 'https://ehr.example/fhir/r4/../../evil', 'javascript:alert(1)', 'not a url at all ://'])('%s is refused', (iss) => {
    expect(nameOf(iss)).toBeUndefined()
  })
  test('an address without origin is on the server of the page', () => expect(config.servers.map((server) => issOf(server, ORIGIN))).toEqual(['https://ehr.example/fhir/r4', 'https://launch.example/v/r4', `${ORIGIN}/fhir`]))
})

test('the shipped configuration is valid, and demands PKCE of every server that signs in', () => {
  const shipped = TimelineConfig.parse(JSON.parse(readFileSync('src/web/public/timeline.config.json', 'utf8')))
  expect(shipped.servers.filter(({ open }) => !open).every(({ pkce, clientId }) => pkce === 'required' && clientId !== undefined)).toBe(true)
})

describe('answers are saved only where the scope lets the app create them', () => {
  test.each(['patient/QuestionnaireResponse.c', 'patient/QuestionnaireResponse.crs', 'patient/*.cruds', 'user/QuestionnaireResponse.write', 'patient/*.*', 'launch patient/*.rs patient/QuestionnaireResponse.c'])('%s does', (scope) => expect(mayAnswer(scope)).toBe(true))
  test.each(['', 'patient/*.rs', 'patient/QuestionnaireResponse.rs', 'patient/QuestionnaireResponse.read', 'patient/Observation.c', 'patient/Questionnaire.c', 'system/*.c'])('"%s" does not', (scope) => expect(mayAnswer(scope)).toBe(false))
})
