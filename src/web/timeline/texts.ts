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
    content: (profile: string, revision: string, hash: string): string => `${profile} · label ${revision} · content ${hash}`,
    readAt: (time: string): string => `Record read at ${time}`,
    reload: 'Read again',
  },
  patient: {
    genders: { male: 'male', female: 'female', other: 'other gender', unknown: 'gender not known' }, label: 'Patient', unnamed: 'Name not recorded', born: (date: string): string => `born ${date}`, years: (years: number): string => `${years} years`, id: (id: string): string => `id ${id}`,
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
    untold: 'Whether inotuzumab was given cannot be told',
    ask: 'Check a first dose today',
  },
  unread: (what: string): string => `Not read: ${what}. Rules that need it reached no verdict.`,
  dose: {
    heading: 'Next dose',
    on: (label: string, date: string): string => `${label} on ${date}`,
    ordered: 'ordered', assumed: 'assumed: no order for it is on record',
    draft: 'The card spoke of a draft order, and drafts are not in the record that this app reads. The next dose is assumed here instead; its date and amount can be set under What if.',
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
  table: 'As a table',
  uln: 'ULN',
  nothing: 'nothing',
  sections: [['dose', 'Next dose'], ['course', 'Doses'], ['results', 'Results'], ['whatif', 'What if'], ['holds', 'Holds'], ['vod', 'VOD'], ['plan', 'Plan'], ['rules', 'Why'], ['questions', 'Questions']],
  course: {
    heading: 'Doses and holds by day', region: 'Doses and holds on an axis of days; the same follows as a table', omittedShort: 'omitted', what: 'What', note: 'Note',
    kinds: { given: 'given', presumed: 'presumed from an order', elsewhere: 'given elsewhere', omitted: 'omitted', ordered: 'ordered', judged: 'dose judged here' },
    guard: 'no other dose yet', window: 'window of a coming dose', hold: 'waiting, with the days on the clock', today: 'today', due: 'due', earliest: 'earliest day for another dose',
    between: (from: string, to: string): string => `${from} to ${to}`, until: (date: string): string => `until ${date}`,
    waited: (days: number, isOpen: boolean): string => (isOpen ? `dose due, waits ${count(days, 'day')}` : `dose due, waited ${count(days, 'day')}`),
  },
  holds: {
    heading: 'Holds and release', checklist: 'Release checklist for the next dose', none: 'No dose on record waited longer than it may move.', noneFired: 'No rule holds the next dose.', giveWhen: 'Give when:',
    noResult: 'no result', verdicts: { yes: 'met', no: 'not met', open: 'cannot be told' }, d: 'd', lastDay: 'last day before:', reached: 'reached', notReached: 'not reached', noReason: 'no reason recorded',
    period: (due: string, end: string, days: number, isOpen: boolean): string => (isOpen ? `Due ${due}, planned ${end}: ${count(days, 'day')} late` : `Due ${due}, given ${end}: ${count(days, 'day')} late`),
    counts: (days: number, isCounted: boolean): string => `interruption ${count(days, 'day')}, ${isCounted ? 'counts towards reduction' : 'does not count towards reduction'}`,
    recovered: (date: string): string => `recovered ${date}`, atEnd: (isOpen: boolean): string => (isOpen ? 'Limits today' : 'Limits when it ended'),
  },
  results: {
    heading: 'Results', hint: 'Drag across a chart to enlarge that time in all of them. Dotted lines are doses, dashed lines limits.', limit: 'limit', none: 'no result', all: 'All', earlier: 'Earlier', later: 'Later',
    stretches: [[14, '2 weeks'], [28, '4 weeks'], [84, '12 weeks']], undrawn: (n: number): string => `${count(n, 'result')} in other or unreadable units`,
    describe: (name: string, n: number, newest: string, limits: string): string => `${name}: ${count(n, 'result')}${newest ? `, newest ${newest}` : ''}${limits ? `, limit ${limits}` : ''}`,
  },
  vod: {
    heading: 'Veno-occlusive disease', signs: 'Signs (EBMT)', sign: 'Sign', limit: 'Limit', state: 'Today', since: 'Since', severity: 'Severity (EBMT)', criterion: 'Criterion', notGraded: 'Graded only where VOD is there. The limits:',
    risks: 'Risk factors, changeable first', factor: 'Factor', changeable: 'Can be changed', evidence: 'Evidence: odds ratio (95 % interval), source',
    names: { bilirubin: 'Bilirubin', weight: 'Weight gain', painfulHepatomegaly: 'Painful hepatomegaly', ascites: 'Ascites' },
    riskStates: { present: 'present', absent: 'absent', 'not known': 'not known' }, changes: { yes: 'yes', partly: 'partly', no: 'no' } as Readonly<Record<string, string>>,
    states: { present: 'present', suspected: 'suspected', excused: 'other cause stated', absent: 'absent', 'not-recorded': 'not recorded', 'not-known': 'not known' },
    criteria: { days: 'First sign to full criteria', bilirubin: 'Bilirubin', kinetics: 'Bilirubin doubling', transaminases: 'AST or ALT', weight: 'Weight gain', creatinine: 'Creatinine over baseline', organs: 'Failing organs' } as Readonly<Record<string, string>>,
  },
  plan: { heading: 'Plan', course: 'Where treatment stands', due: 'Due next', transplant: 'Transplantation', after: 'After the last dose' },
  whatIf: {
    heading: 'What if', intro: 'Suppose something else and see which rules change. Nothing is written.', date: 'Dose on', dose: 'Dose', mg: 'mg', results: 'Result today', answers: 'Known by you', now: (text: string): string => `now ${text}`,
    noResult: 'no result to change', asRecorded: 'as on record', reset: 'Back to the record', changes: (n: number): string => (n === 0 ? 'No rule changes.' : `${count(n, 'rule')} ${n === 1 ? 'changes' : 'change'}`),
    kinds: { added: 'Now fires', removed: 'No longer fires', changed: 'Says something else', opened: 'No verdict any more', settled: 'Verdict reached: silent' }, before: 'before:',
    banner: (what: string): string => `Hypothetical: ${what}`, supposed: (what: string, value: string): string => `${what} ${value}`,
  },
  questions: {
    heading: 'Questions', intro: 'What only you know. An answer outranks what is inferred from the record, for as long as it counts.', yes: 'yes', no: 'no', open: 'not answered', known: (text: string): string => `on record: ${text}`,
    days: (days: number): string => `counts ${days} d`, hours: (hours: number): string => `counts ${hours} h`, nextDose: 'counts for the next dose', use: 'Use on this page', save: 'Save to the record', discard: 'Discard answers here',
    localOnly: 'This session may not write: answers stay on this page.', saved: 'Saved. The record is read again.', failed: 'The EHR did not take the answers. They are kept on this page only.', here: (n: number): string => `${count(n, 'answer')} used on this page only`, nothing: 'No new answer.',
  },
  summary: { newest: 'Newest results', caution: 'Support for clinicians who can review its basis. What is not listed was not found, not excluded.', hypothetical: 'HYPOTHETICAL, not the record:' },
} as const

export type English = typeof ENGLISH

/** The texts in the language of this page. */
export const TEXTS = spoken(ENGLISH, SPANISH)
