import { describe, expect, it } from 'vitest'
import { accessFor, type AccessRequest } from '../../src/fhir/access.ts'

const BASE = 'https://ehr.test/r4'
const authorization = { access_token: 'abc', token_type: 'Bearer', expires_in: 300 }
const ask = (change: AccessRequest = {}, allowed = [BASE]) => accessFor({ fhirServer: BASE, fhirAuthorization: authorization, ...change }, allowed, 1_000)
const granted = { base: BASE, token: 'abc', expiresAt: 301_000 }

describe('access to the FHIR server', () => {
  it('is given for an allowed server and a token, until the token expires', () => expect(ask()).toEqual(granted))

  it.each(['https://ehr.test/r4/', 'https://ehr.test/r4//'])('does not mind trailing slashes: %s', (fhirServer) => expect(ask({ fhirServer })).toEqual(granted))
  it.each(['HTTPS://EHR.test/r4', 'https://ehr.test:443/r4', 'https://ehr.test/x/../r4', ' https://ehr.test/r4 '])('does not mind another way to write the same address: %s', (fhirServer) => expect(ask({ fhirServer })).toEqual(granted))
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
    ['a user is named', { fhirServer: 'https://me@ehr.test/r4' }, [BASE], 'server-not-allowed'],
    ['a password is named', { fhirServer: 'https://:pw@ehr.test/r4' }, [BASE], 'server-not-allowed'],
    ['the host is another behind a user that looks like it', { fhirServer: 'https://ehr.test@evil.test/r4' }, [BASE], 'server-not-allowed'],
    ['the host is another behind a backslash', { fhirServer: 'https://evil.test\\@ehr.test/r4' }, [BASE], 'server-not-allowed'],
    ['the path leaves the base', { fhirServer: `${BASE}/../admin` }, [BASE], 'server-not-allowed'],
    ['the path hides a step', { fhirServer: 'https://ehr.test/x%2f..%2fr4' }, [BASE], 'server-not-allowed'],
    ['the path differs in case', { fhirServer: 'https://ehr.test/R4' }, [BASE], 'server-not-allowed'],
    ['there is a query', { fhirServer: `${BASE}?x=1` }, [BASE], 'server-not-allowed'],
    ['there is a fragment', { fhirServer: `${BASE}#x` }, [BASE], 'server-not-allowed'],
    ['the server is a file', { fhirServer: 'file:///etc/passwd' }, ['file:///etc/passwd'], 'not-http'],
    ['the server is no URL', { fhirServer: 'ehr' }, ['ehr'], 'not-http'],
  ])('is denied when %s', (_, change, allowed, denied) => expect(ask(change, [...allowed])).toEqual({ denied }))
})
