import type { Content } from '../../src/engine/rule.ts'
import type { Scope } from '../../src/facts/scope.ts'
import type { ShortResource } from '../../src/content/example-resources.ts'
import { loadContent } from '../content/loaded.ts'
import { NOW, scopeOf, type ScopeOptions, valueIn } from './scope.ts'

const content = loadContent()

/** A scope over the shipped content, loaded once; settings or profiles load their own. */
export const open = (options: ScopeOptions = {}): Scope =>
  scopeOf(options.settings === undefined && options.profile === undefined ? { content, ...options } : options)

export const read = (options: ScopeOptions, name: string): unknown => valueIn(open(options), name)
export const reads = (options: ScopeOptions, ...names: readonly string[]): unknown[] => names.map((name) => valueIn(open(options), name))

export const withSettings = (settings: Readonly<Record<string, unknown>>): Content => loadContent(undefined, settings)

export const given = (day: number, mg?: number, rest: ShortResource = {}): ShortResource => ({ given: 'inotuzumab', at: `${String(day)}d`, ...(mg === undefined ? {} : { mg }), ...rest })
export const withheld = (day: number, reason: string): ShortResource => ({ ...given(day, undefined, { status: 'not-done' }), reason })
export const weight = (kg: number, at = '-1d'): ShortResource => ({ loinc: '29463-7', value: kg, unit: 'kg', at })
export const height = (cm: number, at = '-90d'): ShortResource => ({ loinc: '8302-2', value: cm, unit: 'cm', at })
export const born = (date: string): ShortResource => ({ resourceType: 'Patient', birthDate: date })
/** 180 cm and 80 kg: exactly 2 m². */
export const twoSquareMetres: readonly ShortResource[] = [height(180), weight(80), born('1980-01-01')]
export const assertion = (key: string, value: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  ({ url: 'urn:ino-cds:assertion', extension: [{ url: 'key', valueCode: key }, { url: 'value', ...value }] })
export const date = (day: number): string => new Date(NOW + day * 86_400_000).toISOString()
/** An inotuzumab order with one instruction; members override. */
export const ordered = (instruction: Readonly<Record<string, unknown>>, day = 0): Record<string, unknown> =>
  ({ dosageInstruction: [{ timing: { event: [date(day)] }, ...instruction }] })
export const dose = (value: number, unit: string): Record<string, unknown> => ({ doseAndRate: [{ doseQuantity: { value, unit } }] })
export const remission = (value: string): Record<string, unknown> => assertion('remission', { valueCode: value })
