import { describe, expect, it } from 'vitest'
import { accessFor, type AccessRequest } from '../../src/fhir/access.ts'

const BASE = 'https://ehr.test/r4'
const authorization = { access_token: 'abc', token_type: 'Bearer', expires_in: 300 }
const ask = (change: AccessRequest = {}, allowed = [BASE]) => accessFor({ fhirServer: BASE, fhirAuthorization: authorization, ...change }, allowed, 1_000)
const granted = { base: BASE, token: 'abc', expiresAt: 301_000 }

describe('access to the FHIR server', () => {
  it('is given for an allowed server and a token, until the token expires', () => expect(ask()).toEqual(granted))

  it.each(['https://ehr.test/r4/', 'https://ehr.test/r4//'])('does not mind trailing slashes: %s', (fhirServer) => expect(ask({ fhirServer })).toEqual(granted))
  it('does not mind trailing slashes in the list', () => expect(ask({}, [`${BASE}/`])).toEqual(granted))
  it.each(['bearer', 'BEARER'])('takes the scheme %s', (token_type) => expect(ask({ fhirAuthorization: { ...authorization, token_type } })).toEqual(granted))
  it('takes a token of untold life for this call only', () =>
    expect(ask({ fhirAuthorization: { access_token: 'abc', token_type: 'Bearer' } })).toEqual({ ...granted, expiresAt: 61_000 }))

  it.each<[string, AccessRequest, readonly string[], string]>([
    ['there is no server', { fhirServer: undefined }, [BASE], 'no-server'],
    ['there is no token: nobody is asked anonymously', { fhirAuthorization: undefined }, [BASE], 'no-token'],
    ['the token is empty', { fhirAuthorization: { ...authorization, access_token: '' } }, [BASE], 'no-token'],
    ['the token would break the header', { fhirAuthorization: { ...authorization, access_token: 'a\r\nx: y' } }, [BASE], 'no-token'],
    ['the scheme is another', { fhirAuthorization: { ...authorization, token_type: 'Basic' } }, [BASE], 'not-bearer'],
    ['the token has expired', { fhirAuthorization: { ...authorization, expires_in: 0 } }, [BASE], 'expired'],
    ['the token expired before', { fhirAuthorization: { ...authorization, expires_in: -1 } }, [BASE], 'expired'],
    ['no server is allowed', {}, [], 'server-not-allowed'],
    ['the server is a path below an allowed one', { fhirServer: `${BASE}/x` }, [BASE], 'server-not-allowed'],
    ['the server merely begins like an allowed one', { fhirServer: 'https://ehr.test/r4.evil.test' }, [BASE], 'server-not-allowed'],
    ['the port differs', { fhirServer: 'https://ehr.test:8443/r4' }, [BASE], 'server-not-allowed'],
    ['the scheme of the server differs', { fhirServer: 'http://ehr.test/r4' }, [BASE], 'server-not-allowed'],
    ['the server is the metadata address of a cloud', { fhirServer: 'http://169.254.169.254/latest' }, [BASE], 'server-not-allowed'],
    ['the server is a file', { fhirServer: 'file:///etc/passwd' }, ['file:///etc/passwd'], 'not-http'],
    ['the server is no URL', { fhirServer: 'ehr' }, ['ehr'], 'not-http'],
  ])('is denied when %s', (_, change, allowed, denied) => expect(ask(change, [...allowed])).toEqual({ denied }))
})
