import type { Group } from './flowsheet.ts'
import type { Failure } from './http.ts'
import { TOOL_TEXTS } from './texts-tools.ts'
import type { Indicator } from './wire.ts'
import { spoken } from './language.ts'
import { SPANISH } from './texts.es.ts'

const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`

const NOT_ANSWERED = 'Decision support did not answer: check by hand'

/** Every text of the page. */
const ENGLISH = {
  page: {
    title: 'Order entry',
    tag: 'Sandbox · demo patients only',
    skip: 'Skip to orders',
    shortcuts: [['/', 'search drugs'], ['Ctrl Enter', 'sign']],
    pages: 'Pages',
    links: [['/rules', 'Rules'], ['/governance', 'Governance']],
    toChart: 'Chart',
    toOrders: (drafts: number): string => (drafts === 0 ? 'Orders' : `Orders (${drafts})`),
    theme: { auto: 'Theme: system', light: 'Theme: light', dark: 'Theme: dark' },
    choosePatient: 'Choose a patient to open the chart and write orders.',
    reload: 'Try again',
    loading: 'Loading…',
  },
  patients: {
    title: 'Patients',
    failed: 'The demo patients could not be loaded.',
    none: 'There are no demo patients.',
    unsigned: (n: number): string => `${n} unsigned`,
    signed: 'signed',
    change: 'Change patient',
    hide: 'Hide list',
  },
  banner: {
    label: 'Patient',
    born: (date: string): string => `born ${date}`,
    gender: { male: 'male', female: 'female', other: 'other', unknown: 'sex not recorded' },
    years: (age: number): string => `${age} y`,
    allergies: 'Allergies',
    noAllergies: 'none recorded',
    diagnosis: 'Diagnosis',
    noDiagnosis: 'none recorded',
    notRecorded: 'not recorded',
    bodySize: 'Body size',
    failed: 'not available',
    others: (n: number): string => `+${n} more`,
  },
  story: {
    title: 'Demo story',
    order: 'Order as in the story',
    link: 'Copy link',
    expect: 'What should happen',
  },
  chart: {
    title: 'Chart',
    results: 'Results',
    medications: 'Medications',
    doses: 'Given doses',
    conditions: 'Conditions',
    procedures: 'Procedures and plans',
    groups: { laboratory: 'Laboratory', other: 'ECG and other findings', 'vital-signs': 'Vital signs' } satisfies Record<Group, string>,
    analyte: 'Analyte',
    unit: 'Unit',
    range: 'Reference',
    flags: { high: ['H', 'above reference'], low: ['L', 'below reference'], abnormal: ['A', 'abnormal'] },
    preliminary: ['p', 'preliminary'],
    moreThatDay: (n: number): string => `${n} more that day`,
    legend: 'H above, L below reference · A abnormal · p preliminary · newest result of each day',
    empty: 'None recorded.',
    failed: 'Could not be read from the record.',
    ended: 'ended',
    notDone: 'not given',
    table: 'Results by date, newest first',
  },
  orders: {
    title: 'Unsigned orders',
    searchLabel: 'Add a drug',
    searchHint: 'Search drugs by name',
    searchNone: 'No drug of this name in the list.',
    drugsFailed: 'The drug list could not be loaded.',
    empty: 'No unsigned orders. Search a drug above, or order as in the story.',
    edit: 'Edit',
    close: 'Close',
    remove: 'Remove',
    removeNamed: (title: string): string => `Remove ${title}`,
    editNamed: (title: string): string => `Edit ${title}`,
    closeNamed: (title: string): string => `Close ${title}`,
    fields: { dose: 'Dose', unit: 'Unit', at: 'Date and time', route: 'Route', note: 'Note' },
    noDose: 'no dose yet',
    answers: 'Stated',
    signedTitle: 'Signed in this session',
    signedAt: (time: string): string => `Signed ${time}`,
  },
  sign: {
    label: { empty: 'Sign', open: 'Sign', checking: 'Checking…', blocked: 'Sign', ready: 'Complete signing', unchecked: 'Sign without decision support' },
    orders: (n: number): string => count(n, 'unsigned order'),
    blocked: (n: number): string =>
      `${count(n, 'critical card')} must be answered first: accept a suggestion or give a reason to override.`,
    ready: 'Checked. Read the cards, then complete signing.',
    unchecked: 'These orders were not checked. Sign only after checking by hand.',
    toCard: 'Go to the card',
    done: 'Orders signed',
    doneDetail: (n: number): string => `${count(n, 'order')} signed for this session. The demo record itself is not changed.`,
    dismiss: 'Close',
  },
  cards: {
    title: 'Decision support',
    idle: 'Cards appear here when an order is written.',
    asking: 'Asking decision support…',
    none: 'Decision support has nothing to say about these orders.',
    notAnswered: NOT_ANSWERED,
    failure: (failure: Failure): string => ({
      timeout: 'It took too long.',
      network: 'It could not be reached.',
      status: failure.details ?? `It answered with HTTP status ${failure.status ?? ''}.`,
      unreadable: 'Its answer could not be read.',
    })[failure.why],
    earlier: 'The cards below are from the check before.',
    refused: (target: string): string => `The suggestion was not applied: ${target} is no longer among the unsigned orders.`,
    feedbackLost: 'Your answer was kept here, but decision support could not store it.',
    indicator: { critical: 'Critical', warning: 'Warning', info: 'Information' } satisfies Record<Indicator, string>,
    count: (critical: number, warning: number, info: number): string =>
      [[critical, 'critical'], [warning, 'warning'], [info, 'information']].filter(([n]) => n !== 0).map(([n, word]) => `${n} ${word}`).join(', '),
    announce: (n: number, detail: string): string => (n === 0 ? 'Decision support has nothing to say.' : `${count(n, 'card')}: ${detail}.`),
    source: 'Source',
    newWindow: 'opens in a new window',
    recommended: 'Recommended',
    oneOnly: 'Choose one',
    override: 'Override…',
    dismiss: 'Dismiss',
    overrideTitle: 'Why is this overridden?',
    comment: 'Comment',
    optional: 'optional',
    confirmOverride: 'Override',
    cancel: 'Cancel',
    needsReason: 'Choose a reason.',
    needsComment: 'Write why.',
    overridden: 'Overridden',
    dismissed: 'Dismissed',
    accepted: 'Accepted',
    mustAnswer: 'Needs an answer before signing',
  },
  ...TOOL_TEXTS,
} as const

export type English = typeof ENGLISH

/** The texts in the language of this page. */
export const TEXTS = spoken(ENGLISH, SPANISH)
