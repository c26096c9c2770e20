import type { LaunchTrouble } from './launch.ts'
import { spoken } from '../language.ts'
import { SPANISH } from './texts.es.ts'

const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`

/** Every text of the timeline page. What is medicine comes from the content. */
const ENGLISH = {
  page: {
    title: 'Inotuzumab timeline',
    skip: 'Skip to the next dose',
    print: 'Print summary',
    sections: 'Sections',
    loading: { engine: 'Loading the rules…', record: 'Reading the record…', session: 'Signing in…' },
    expires: (minutes: number): string => (minutes > 0 ? `Access ends in ${minutes} min` : 'Access has ended'),
    ended: 'Access to the record has ended. What is shown was read before; results that are newer are not among it.',
    again: 'Launch again',
    content: (profile: string, revision: string, hash: string): string => `${profile} · label ${revision} · content ${hash}`,
    readAt: (time: string): string => `Record read at ${time}`,
    reload: 'Read again',
  },
  patient: {
    label: 'Patient', unnamed: 'Name not recorded', born: (date: string): string => `born ${date}`, years: (years: number): string => `${years} years`, id: (id: string): string => `id ${id}`,
  },
  trouble: {
    'not-launched': ['Not launched from a record', 'This app reads one patient’s record in the EHR that launches it. Open it from a card or from the EHR, or choose a server below.'],
    'unknown-server': ['This server is not known', 'The app is not configured for the FHIR server that launched it. The server has to be named in timeline.config.json.'],
    refused: ['The EHR did not give access', 'Signing in was refused, cancelled, or took too long. Launch the app again.'],
    failed: ['Signing in did not work', 'The EHR’s authorization server could not be reached, or gave no answer that can be used. Launch the app again.'],
    'no-patient': ['No patient was chosen', 'The launch named no patient. On a server without sign-in the address has to name one: ?iss=…&patient=…'],
    'token-expired': ['Access has ended', 'The access token is no longer valid. Launch the app again to read the record.'],
    'record-unreachable': ['The record could not be read', 'The FHIR server did not answer, or refused. Nothing was checked.'],
    'rules-unavailable': ['The rules could not be loaded', 'The service did not send its rules, so nothing can be checked here.'],
    'no-configuration': ['The app is not configured', 'timeline.config.json could not be read.'],
  } satisfies Record<LaunchTrouble | 'token-expired' | 'record-unreachable' | 'rules-unavailable' | 'no-configuration', readonly [string, string]>,
  start: { servers: 'Launch on your own', open: (name: string): string => `Open ${name}`, needsPatient: 'needs ?patient= in the address' },
  empty: {
    title: 'No inotuzumab in this record',
    text: 'No dose was given and none is ordered. The rules can still be asked about a first dose.',
    ask: 'Check a first dose today',
  },
  unread: (what: string): string => `Not read: ${what}. Rules that need it reached no verdict.`,
  dose: {
    heading: 'Next dose',
    on: (label: string, date: string): string => `${label} on ${date}`,
    ordered: 'ordered', assumed: 'assumed: no order for it is on record',
    none: 'No rule holds this dose or warns about it. This is no all-clear: read what could not be judged.',
    asked: (rules: number, open: number): string => `${count(rules, 'rule')} asked, ${open} without a verdict`,
    why: 'Why?',
    until: 'Until',
    preview: 'preview: the dose is still far ahead',
    patient: 'About the patient',
  },
  indicator: { critical: 'Critical', warning: 'Warning', info: 'Information' },
  rules: {
    heading: 'Why each rule fired or did not',
    filter: 'Show', search: 'Search rules',
    outcomes: { fired: 'Fired', unknown: 'No verdict', replaced: 'Replaced', silent: 'Silent' },
    outcomeWords: { fired: 'fired', unknown: 'no verdict', replaced: 'a stronger rule speaks for it', silent: 'silent' },
    all: 'All',
    when: 'Fires when all of these hold', unless: 'Unless', levels: 'The first that holds decides',
    holds: { yes: 'holds', no: 'does not hold', open: 'cannot be told' },
    value: 'Value', date: 'Date', source: 'Source', fact: 'What was looked at', missing: (why: string): string => `missing: ${why}`,
    page: 'Rule with evidence and limits',
    none: 'No rule matches.',
    own: 'derived',
    more: (n: number): string => `and ${n} more`,
  },
} as const

export type English = typeof ENGLISH

/** The texts in the language of this page. */
export const TEXTS = spoken(ENGLISH, SPANISH)
