import FHIR from 'fhirclient'
import type { FhirServerEntry, TimelineConfig } from '../../hooks/timeline-config.ts'
import { serverFor } from './config.ts'

/** A session with an EHR: what the token response said (SMART App Launch 2, Obtain Access Token). */
export interface EhrSession {
  /** FHIR base URL. */
  readonly iss: string
  readonly token: string | undefined
  readonly scope: string
  readonly patientId: string
  /** Epoch ms; undefined where there is no token. */
  readonly expiresAt: number | undefined
  readonly needsBanner: boolean
  /** The card's own words to this app, if it was launched from one. */
  readonly appContext: string | undefined
}

/** Why there is no session. */
export type LaunchTrouble = 'not-launched' | 'unknown-server' | 'refused' | 'failed' | 'no-patient'
export type Launched = { readonly session: EhrSession } | { readonly trouble: LaunchTrouble } | { readonly leaving: true }

const STATE_KEY = 'SMART_KEY'

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

/** Goes to the authorization server, which comes back to this page. */
async function authorize(server: FhirServerEntry, iss: string, launch: string | null, config: TimelineConfig, patientId: string | null): Promise<Launched> {
  const scope = `${launch === null ? 'launch/patient' : 'launch'} ${server.scope ?? config.scope}`
  try {
    await FHIR.oauth2.authorize({
      iss, scope, redirectUri: new URL(config.redirectUri, window.location.origin).href, completeInTarget: true, pkceMode: server.open ? 'ifSupported' : server.pkce,
      ...(server.clientId === undefined ? {} : { clientId: server.clientId }), ...(launch === null ? {} : { launch }), ...(patientId === null ? {} : { patientId }),
    })
    return { leaving: true }
  } catch {
    return { trouble: 'failed' }
  }
}

/** Exchanges the code, or takes up the session of this tab. */
async function complete(): Promise<Launched> {
  try {
    const { state } = await FHIR.oauth2.ready()
    const { tokenResponse = {}, serverUrl, expiresAt, scope } = state
    const patientId = textOf(tokenResponse.patient)
    if (patientId === undefined) return { trouble: 'no-patient' }
    const token = textOf(tokenResponse.access_token)
    return {
      session: {
        iss: serverUrl.replace(/\/+$/, ''), token, patientId, scope: textOf(tokenResponse.scope) ?? scope ?? '', expiresAt: token === undefined || !expiresAt ? undefined : expiresAt * 1000,
        needsBanner: tokenResponse['need_patient_banner'] !== false, appContext: textOf(tokenResponse['appContext']),
      },
    }
  } catch (cause) {
    return { trouble: cause instanceof Error && /access_denied|invalid_|unauthorized/.test(cause.message) ? 'refused' : 'failed' }
  }
}

/**
 * Starts the app as the address says: launched by an EHR or on its own (`?iss=`, with `launch`), come back with a code, or reloaded.
 * A server that the configuration does not name is never asked.
 */
export async function startSession(config: TimelineConfig): Promise<Launched> {
  const { searchParams: asked } = new URL(window.location.href)
  const iss = asked.get('iss')
  if (iss !== null) {
    const server = serverFor(iss, config, window.location.origin)
    return server ? authorize(server, new URL(iss, window.location.origin).href, asked.get('launch'), config, asked.get('patient')) : { trouble: 'unknown-server' }
  }
  const isBack = asked.has('code') || asked.has('error') || asked.has('state')
  if (!isBack && window.sessionStorage.getItem(STATE_KEY) === null) return { trouble: 'not-launched' }
  return complete()
}
