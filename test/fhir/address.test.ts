import { describe, expect, it } from 'vitest'
import { addressBelow } from '../../src/fhir/address.ts'

const BASE = 'https://ehr.test/api/r4'

describe('an address below the FHIR base', () => {
  it.each([
    ['a relative query', 'Observation?patient=p1&code=http://loinc.org|1', `${BASE}/Observation?patient=p1&code=http://loinc.org%7C1`],
    ['a relative read', 'Patient/p1', `${BASE}/Patient/p1`],
    ['an absolute address', `${BASE}/Observation?page=2`, `${BASE}/Observation?page=2`],
    ['the base itself with a query', `${BASE}?_getpages=1`, `${BASE}?_getpages=1`],
    ['a query alone', '?page=2', `${BASE}/?page=2`],
    ['the standard port', 'https://ehr.test:443/api/r4/Patient/p1', `${BASE}/Patient/p1`],
  ])('may be %s', (_, target, expected) => expect(addressBelow(BASE, target)).toBe(expected))

  it.each([
    ['another host', 'https://other.test/api/r4/Patient/p1'],
    ['another port', 'https://ehr.test:8443/api/r4/Patient/p1'],
    ['another scheme', 'http://ehr.test/api/r4/Patient/p1'],
    ['no scheme', '//other.test/api/r4/Patient/p1'],
    ['another path', 'https://ehr.test/api/r5/Patient/p1'],
    ['a path that begins alike', 'https://ehr.test/api/r4x/Patient/p1'],
    ['a path from the root', '/Patient/p1'],
    ['steps upward', '../r5/Patient/p1'],
    ['encoded steps upward', '%2e%2e/%2e%2e/admin'],
    ['hidden steps upward', 'x%2f..%2f..%2f..%2fadmin'],
    ['steps upward hidden twice', 'x%252f..%252f..%252fadmin'],
    ['dots hidden twice', '%252e%252e/%252e%252e/admin'],
    ['a password', 'https://:pw@ehr.test/api/r4/Patient/p1'],
    ['another host behind a backslash', 'https://evil.test\\@ehr.test/api/r4/Patient/p1'],
    ['backslashes for a host', '\\\\other.test/api/r4/Patient/p1'],
    ['a user', 'https://me@ehr.test/api/r4/Patient/p1'],
    ['another protocol', 'file:///etc/passwd'],
    ['an urn', 'urn:uuid:1'],
    ['no address', 'https://'],
  ])('is not %s', (_, target) => expect(addressBelow(BASE, target)).toBeUndefined())
})
