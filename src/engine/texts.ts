import type { Scope } from '../facts/scope.ts'
import type { Settings, SettingValue } from '../facts/settings.ts'
import { isMeasured } from '../facts/view.ts'
import type { Calendar } from '../language/calendar.ts'
import { grouped } from '../language/digits.ts'
import type { Phrases } from '../language/phrases.ts'

/** What suggestions may name besides facts: references of this call. */
export interface CallContext {
  readonly patient: string
  readonly encounter?: string
  readonly user: string
  readonly nowIso: string
  /** Orders that come within another draft: a client can neither change nor remove them by themselves. */
  readonly within?: ReadonlySet<string>
}

export interface TextSource {
  readonly scope: Scope
  readonly settings: Settings
  readonly calendar: Calendar
  readonly phrases: Phrases
  readonly context: CallContext
}

/** From here on digits are grouped, as the blasts of a card are: 10,000. */
const GROUPED_FROM = 10_000

function settingText(value: SettingValue | undefined, { of }: Phrases): string | undefined {
  if (value === undefined) return undefined
  if (Array.isArray(value)) return value.join(', ')
  if (typeof value === 'number') return value < GROUPED_FROM ? String(value) : grouped(value)
  if (typeof value !== 'object') return String(value)
  return Object.entries(value).map(([name, limit]) => `${String(limit)} ${name}`).join(` ${of('or')} `)
}

const CONTEXT: Readonly<Record<string, (source: TextSource) => string | undefined>> = {
  'context.patient': ({ context }) => context.patient,
  'context.encounter': ({ context }) => context.encounter,
  'context.user': ({ context }) => context.user,
  'context.now': ({ context }) => context.nowIso,
  'context.order': ({ scope }) => scope.focus.order?.reference,
}

/** The words for a placeholder; undefined when the fact is missing. */
export function wordsFor(name: string, source: TextSource): string | undefined {
  const { phrases } = source
  if (name.startsWith('setting.')) return settingText(source.settings[name.slice('setting.'.length)], phrases)
  const inContext = CONTEXT[name]
  if (inContext) return inContext(source)
  const [factName = '', part] = name.split('.')
  const fact = source.scope.fact(factName)
  if (fact.state === 'missing') return undefined
  switch (part) {
    case undefined: return phrases.of(fact.text)
    case 'date': return fact.at && source.calendar.iso(fact.at)
    case 'short': return fact.at && source.calendar.short(fact.at, phrases.of)
    case 'uln': return isMeasured(fact) && fact.uln !== undefined ? String(fact.uln) : undefined
    case 'lln': return isMeasured(fact) && fact.lln !== undefined ? String(fact.lln) : undefined
    default: return phrases.of(typeof fact.value === 'object' ? fact.text : String(fact.value))
  }
}

/** The typed value for a placeholder that fills a member of a FHIR resource: numbers stay numbers. */
export function valueFor(name: string, source: TextSource): unknown {
  const [factName = '', part] = name.split('.')
  if (part !== 'value' || name.startsWith('setting.')) return wordsFor(name, source)
  const fact = source.scope.fact(factName)
  return fact.state === 'present' ? fact.value : undefined
}
