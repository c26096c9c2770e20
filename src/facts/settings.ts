/** Site settings after the profile and the site's own file were applied. Values are checked when content loads. */
export type SettingValue = number | boolean | string | readonly (string | number)[] | Readonly<Record<string, number>>
export type Settings = Readonly<Record<string, SettingValue>>

const wrong = (name: string, what: string): TypeError => new TypeError(`setting ${name} is not declared as ${what}`)

/** A numeric setting. Throws when content does not declare it so: a programmer's mistake, found at start. */
export function numberSetting(settings: Settings, name: string): number {
  const value = settings[name]
  if (typeof value !== 'number') throw wrong(name, 'a number')
  return value
}

export function textSetting(settings: Settings, name: string): string {
  const value = settings[name]
  if (typeof value !== 'string') throw wrong(name, 'text')
  return value
}

export function flagSetting(settings: Settings, name: string): boolean {
  const value = settings[name]
  if (typeof value !== 'boolean') throw wrong(name, 'a boolean')
  return value
}

/** A limit per unit family: { "mg/dL": 2, "umol/L": 34 }. */
export function byUnitSetting(settings: Settings, name: string): Readonly<Record<string, number>> {
  const value = settings[name]
  if (typeof value !== 'object' || Array.isArray(value)) throw wrong(name, 'a map by unit')
  return value as Readonly<Record<string, number>> // sound: the list case was refused on the line before
}

export function listSetting(settings: Settings, name: string): readonly (string | number)[] {
  const value = settings[name]
  if (!Array.isArray(value)) throw wrong(name, 'a list')
  return value
}

const REFERENCE = /^%setting\.([a-z0-9_]+)$/

/** A number given in place, or as "%setting.name". */
export function amountOf(settings: Settings, value: number | string | undefined): number | undefined {
  if (value === undefined || typeof value === 'number') return value
  const name = REFERENCE.exec(value)?.[1]
  return name === undefined ? undefined : numberSetting(settings, name)
}
