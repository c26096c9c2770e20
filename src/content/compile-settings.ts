import { z } from 'zod'
import type { Settings, SettingValue } from '../facts/settings.ts'
import type { ContentReader } from './reader.ts'
import { ProfileFile, SettingsFile } from './schema/deck.ts'

/** What a site chooses: contract of SITE_SETTINGS, values still unchecked. */
export interface SiteChoice {
  readonly profile: string
  readonly settings: Readonly<Record<string, unknown>>
  /** RxNorm ingredients added to shipped value sets, by set. */
  readonly lists?: Readonly<Record<string, unknown>>
  readonly file: string
}

export interface CompiledSettings {
  readonly settings: Settings
  readonly declared: SettingsFile
  readonly profile: string
  readonly profileTitle: string
  readonly labelRevision: string
  readonly profiles: readonly string[]
}

const SETTINGS = /^cards\/settings\/[a-z0-9-]+\.yaml$/
const profilePath = (name: string): string => `cards/profiles/${name}.yaml`

const SHAPES: Readonly<Record<SettingsFile[string]['type'], z.ZodType<SettingValue>>> = {
  number: z.number(), boolean: z.boolean(), text: z.string(), 'by-unit': z.record(z.string(), z.number()), list: z.array(z.union([z.string(), z.number()])),
}

type Refuse = (name: string, message: string, hint?: string) => void

function accepted(name: string, value: unknown, declared: SettingsFile, refuse: Refuse): SettingValue | undefined {
  const setting = declared[name]
  if (!setting) {
    refuse(name, `unknown setting ${name}`, 'the settings are listed in cards/settings/')
    return undefined
  }
  const parsed = SHAPES[setting.type].safeParse(value)
  const allowed = setting.oneOf === undefined || (typeof value === 'string' && setting.oneOf.includes(value))
  if (parsed.success && allowed) return parsed.data
  refuse(name, `setting ${name} must be ${setting.oneOf ? `one of ${setting.oneOf.join(', ')}` : `of type ${setting.type}`}`)
  return undefined
}

/** All settings of cards/settings/; a name declared twice is a problem. */
function declaredSettings(reader: ContentReader): SettingsFile {
  const declared: SettingsFile = {}
  for (const { yaml, value } of reader.all((path) => SETTINGS.test(path), SettingsFile)) {
    for (const [name, setting] of Object.entries(value)) {
      if (name in declared) reader.refuse(yaml, [name], `setting ${name} is declared twice`)
      declared[name] = setting
    }
  }
  return declared
}

/** Defaults, then the profile, then the site. */
export function compileSettings(reader: ContentReader, site: SiteChoice, profiles: readonly string[]): CompiledSettings {
  const declared = declaredSettings(reader)
  const settings: Record<string, SettingValue> = Object.fromEntries(Object.entries(declared).map(([name, { value }]) => [name, value]))
  if (!profiles.includes(site.profile)) {
    reader.problems.push({ file: site.file, line: 1, column: 1, message: 'profile: unknown profile', hint: `one of ${profiles.join(', ')}` })
  }
  const profile = profiles.includes(site.profile) ? reader.one(profilePath(site.profile), ProfileFile) : undefined
  for (const [name, value] of Object.entries(profile?.value.settings ?? {})) {
    const good = accepted(name, value, declared, (_, message, hint) => profile && reader.refuse(profile.yaml, ['settings', name], message, hint))
    if (good !== undefined) settings[name] = good
  }
  for (const [name, value] of Object.entries(site.settings)) {
    const good = accepted(name, value, declared, (_, message, hint) => reader.problems.push({ file: site.file, line: 1, column: 1, message, ...(hint ? { hint } : {}) }))
    if (good !== undefined) settings[name] = good
  }
  return { settings, declared, profile: site.profile, profileTitle: profile?.value.title ?? '', labelRevision: profile?.value.labelRevision ?? '', profiles }
}
