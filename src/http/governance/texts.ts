const days = (n: number): string => `${n} ${n === 1 ? 'day' : 'days'}`

/** Every text of the governance pages. */
export const GOVERNANCE_TEXTS = {
  title: 'Governance',
  lead: 'How often rules fire, and what clinicians answer. No patient, no clinician.',
  filter: {
    from: 'From', until: 'To', profile: 'Profile', client: 'Client', any: 'all', apply: 'Show', last: (n: number): string => `Last ${days(n)}`,
  },
  exports: { title: 'Export', csv: 'CSV', json: 'JSON' },
  logout: 'Sign out',
  made: 'This range holds made-up decisions of the demonstration.',
  demo: { load: 'Load a demonstration month', explain: 'Writes made-up decisions and answers of thirty days into the store of this sandbox, under a client of their own.', client: 'Demonstration (made up)' },
  empty: 'No decision was recorded in this range.',
  failed: 'The store could not be read. Nothing is lost; try again in a moment.',
  tiles: {
    calls: 'Answered calls', refused: 'Calls that could not be checked', fired: 'Firings', shown: 'Shown on a card', accepted: 'Accepted', overridden: 'Overridden', unanswered: 'No answer came',
    ofAnswered: 'of the answered',
  },
  targets: {
    title: 'Targets',
    'critical-per-10': (limit: string): string => `Critical firings shown per ten calls (target: below ${limit})`,
    'justified-critical': (limit: string): string => `Critical firings accepted, or overridden for a reason that does not call them wrong (target: above ${limit})`,
    met: 'met', missed: 'missed', unclear: 'cannot be told from so few', hidden: 'too few to say',
  },
  review: {
    title: 'To review',
    none: 'No rule exceeds its limit in this range.',
    'nearly-always': (limit: string): string => `overridden more often than ${limit}`,
    'above-target': (limit: string): string => `overridden more often than its target of ${limit}`,
    sure: 'surely: the whole interval lies above',
    unsure: 'perhaps: the interval reaches below',
  },
  overTime: {
    title: 'By week',
    week: 'Week of',
    describe: (weeks: number): string => `Answers to shown firings in ${weeks} weeks, stacked: accepted, overridden, no answer. The table below holds the numbers.`,
    table: 'The numbers',
    hidden: 'hidden',
  },
  rules: {
    title: 'By rule', rule: 'Rule', urgency: 'Urgency', share: 'Overridden, of the answered', reasons: 'Reasons', sort: 'Sorted by', sorts: { overridden: 'share overridden', fired: 'firings', rule: 'name' },
    gone: 'no longer exists', alone: 'by week', only: (title: string): string => `Only the rule “${title}”.`, all: 'Show all rules',
  },
  profiles: 'By profile',
  clients: 'By client',
  small: (limit: number): string => `< ${limit}`,
  hidden: 'hidden',
  interval: (low: string, high: string): string => `${low} to ${high}`,
  withoutReason: 'no reason',
  note: (limit: number): string => `Counts from 1 to ${limit - 1} are hidden, and a second one where the first could be worked out. Intervals are 95 % (Wilson). A firing counts once a decision, however many cards show it; of several answers the last counts.`,
  login: {
    title: 'Sign in',
    lead: 'These pages are for the governance committee. Sign in with the administrator token of this service.',
    token: 'Administrator token',
    submit: 'Sign in',
    wrong: 'This is not the token.',
    often: 'Too many attempts. Wait a minute, then try again.',
    foreign: 'This form was not sent from its own page. Open it again.',
    session: (minutes: number): string => `You stay signed in for ${minutes} minutes, in this browser.`,
  },
}

/** The shape a translation has. */
export type GovernanceTexts = typeof GOVERNANCE_TEXTS
