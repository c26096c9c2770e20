import type { FactDeclaration } from '../facts/mapping.ts'
import type { Signature, ValueType } from '../language/check.ts'
import type { SettingsFile } from './schema/deck.ts'

const CHECKABLE: ReadonlySet<string> = new Set(['number', 'boolean', 'text', 'list'])
const SETTING_TYPES: Readonly<Record<string, ValueType | undefined>> = { number: 'number', boolean: 'boolean', text: 'text', list: 'list' }
const SETTING = 'setting.'

/** What checks may name: facts of a comparable type, and settings. */
export function signatureOf(declarations: ReadonlyMap<string, FactDeclaration>, settings: SettingsFile): Signature {
  const names = new Map<string, ValueType>()
  for (const [name, { type }] of declarations) if (CHECKABLE.has(type)) names.set(name, type as ValueType) // sound: CHECKABLE holds exactly the value types
  for (const [name, { type }] of Object.entries(settings)) {
    const valueType = SETTING_TYPES[type]
    if (valueType) names.set(`${SETTING}${name}`, valueType)
  }
  return { typeOf: (name) => names.get(name), names: () => names.keys() }
}

const FACT_PARTS: ReadonlySet<string> = new Set(['date', 'value', 'short', 'uln', 'lln'])
/** What a suggestion may name besides facts. */
export const CONTEXT_NAMES: ReadonlySet<string> = new Set(['context.patient', 'context.encounter', 'context.user', 'context.now', 'context.order'])

/** What texts may name: {{fact}}, {{fact.date}}, {{fact.short}} (date without year), {{fact.value}}, {{fact.uln}}, {{setting.x}}. */
export function isTextName(name: string, declarations: ReadonlyMap<string, FactDeclaration>, settings: SettingsFile): boolean {
  if (name.startsWith(SETTING)) return name.slice(SETTING.length).split('.')[0] !== undefined && (name.split('.')[1] ?? '') in settings
  if (CONTEXT_NAMES.has(name)) return true
  const [fact = '', part] = name.split('.')
  return declarations.has(fact) && (part === undefined || FACT_PARTS.has(part))
}
