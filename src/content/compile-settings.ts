import { z } from 'zod'
import type { Settings, SettingValue } from '../facts/settings.ts'
import { didYouMean } from './problem.ts'
import type { ContentReader, ReadFile } from './reader.ts'
import { ProfileFile, SettingsFile } from './schema/deck.ts'

/** What a site chooses: contract of SITE_SETTINGS, values still unchecked. */
export interface SiteChoice {
  readonly profile: string
  readonly settings: Readonly<Record<string, unknown>>
  /** RxNorm ingredients added to shipped value sets, by set. */
  readonly lists?: Readonly<Record<string, unknown>>
  /** Limits of normal for results that carry none, by measurement. */
  readonly limits?: Readonly<Record<string, unknown>>
  /** What else the site decides that changes decisions; only counted into the hash. */
  readonly beside?: unknown
  readonly file: string
}

export interface CompiledSettings {
  readonly settings: Settings
  readonly declared: SettingsFile
  readonly profile: string
  readonly profileTitle: string
  readonly labelRevision: string
  readonly profiles: Readonly<Record<string, ProfileFile>>
}

const SETTINGS = /^cards\/settings\/[a-z0-9-]+\.yaml$/
const profilePath = (name: string): string => `cards/profiles/${name}.yaml`

const SHAPES: Readonly<Record<SettingsFile[string]['type'], z.ZodType<SettingValue>>> = {
  number: z.number(), boolean: z.boolean(), text: z.string(), 'by-unit': z.record(z.string(), z.number()), list: z.array(z.union([z.string(), z.number()])),
}

type Refuse = (name: string, message: string, hint?: string) => void

function accepted(name: string, value: unknown, declared: SettingsFile, refuse: Refuse): SettingValue | undefined {
  const setting = Object.hasOwn(declared, name) ? declared[name] : undefined
  if (!setting) {
    refuse(name, `unknown setting ${name}`, didYouMean(name, Object.keys(declared)) ?? 'the settings are listed in cards/settings/')
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
      if (Object.hasOwn(declared, name)) reader.refuse(yaml, [name], `setting ${name} is declared twice`)
      declared[name] = setting
      accepted(name, setting.value, declared, (_, message, hint) => reader.refuse(yaml, [name, 'value'], message, hint))
    }
  }
  return declared
}

/** A profile's own values where it is the one in force; what is wrong with them in any case. */
function profileSettings({ yaml, value }: ReadFile<ProfileFile>, declared: SettingsFile, reader: ContentReader, isInForce: boolean): Record<string, SettingValue> {
  const own = Object.entries(value.settings).flatMap(([name, given]): [string, SettingValue][] => {
    const good = accepted(name, given, declared, (_, message, hint) => reader.refuse(yaml, ['settings', name], message, hint))
    return good === undefined || !isInForce ? [] : [[name, good]]
  })
  return Object.fromEntries(own)
}

const profilesOf = (files: ReadonlyMap<string, ReadFile<ProfileFile> | undefined>): Record<string, ProfileFile> =>
  Object.fromEntries([...files].flatMap(([name, file]) => (file ? [[name, file.value]] : [])))

/** Defaults, then the profile, then the site. */
export function compileSettings(reader: ContentReader, site: SiteChoice, profiles: readonly string[]): CompiledSettings {
  const declared = declaredSettings(reader)
  const settings: Record<string, SettingValue> = Object.fromEntries(Object.entries(declared).map(([name, { value }]) => [name, value]))
  if (!profiles.includes(site.profile)) {
    reader.problems.push({ file: site.file, line: 1, column: 1, message: 'profile: unknown profile', hint: `one of ${profiles.join(', ')}` })
  }
  // Every profile is checked, so that a site's change of profile brings no surprise.
  const files = new Map(profiles.map((name) => [name, reader.one(profilePath(name), ProfileFile)]))
  for (const [profile, file] of files) if (file) Object.assign(settings, profileSettings(file, declared, reader, profile === site.profile))
  const profile = files.get(site.profile)
  for (const [name, value] of Object.entries(site.settings)) {
    const good = accepted(name, value, declared, (_, message, hint) => reader.problems.push({ file: site.file, line: 1, column: 1, message, ...(hint ? { hint } : {}) }))
    if (good !== undefined) settings[name] = good
  }
  return { settings, declared, profile: site.profile, profileTitle: profile?.value.title ?? '', labelRevision: profile?.value.labelRevision ?? '', profiles: profilesOf(files) }
}
