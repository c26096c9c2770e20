import type { CompiledLevel, CompiledLine, CompiledRule, CompiledSaid } from '../engine/rule.ts'
import type { FactDeclaration } from '../facts/mapping.ts'
import { type Check, compileCheck, isCheck, type Signature } from '../language/check.ts'
import { compileTemplate, isTemplate, type Template } from '../language/template.ts'
import { isTextName } from './names.ts'
import { didYouMean } from './problem.ts'
import type { ContentReader, ReadFile } from './reader.ts'
import type { OverrideReasonsFile, SettingsFile, TriggersFile } from './schema/deck.ts'
import { RuleFile, type RuleLine } from './schema/rule.ts'
import type { YamlFile } from './yaml-file.ts'

/** Everything that a rule may refer to. */
export interface Links {
  readonly signature: Signature
  readonly declarations: ReadonlyMap<string, FactDeclaration>
  readonly settings: SettingsFile
  readonly triggers: TriggersFile
  readonly reasons: OverrideReasonsFile['reasons']
  readonly suggestions: ReadonlySet<string>
  readonly profiles: readonly string[]
  /** Questions of fhir-mappings/assertions.yaml. */
  readonly assertions: ReadonlySet<string>
}

type Path = readonly PropertyKey[]

const NEVER: Check = { source: 'false', names: [], tree: { kind: 'boolean', value: false }, test: () => false }
const NOTHING: Template = { source: '', names: [], render: () => '' }

/** Compiles a check where it stands in the file; a wrong one is reported and replaced by one that never holds. */
export function checkAt(source: string, yaml: YamlFile, path: Path, links: Links, reader: ContentReader): Check {
  const compiled = compileCheck(source, links.signature)
  if (isCheck(compiled)) return compiled
  for (const { message, hint, offset } of compiled) reader.refuse(yaml, path, message, hint, offset)
  return NEVER
}

export function templateAt(source: string, yaml: YamlFile, path: Path, links: Links, reader: ContentReader): Template {
  const compiled = compileTemplate(source)
  if (!isTemplate(compiled)) {
    for (const { message, offset } of compiled) reader.refuse(yaml, path, message, undefined, offset)
    return NOTHING
  }
  for (const name of compiled.names) {
    if (!isTextName(name, links.declarations, links.settings)) reader.refuse(yaml, path, `unknown placeholder {{${name}}}`, 'a fact, fact.date, fact.short, fact.value, fact.uln or setting.name')
  }
  return compiled
}

function lineAt({ because, check }: RuleLine, yaml: YamlFile, path: Path, links: Links, reader: ContentReader): CompiledLine {
  return { because: templateAt(because, yaml, [...path, 'because'], links, reader), check: checkAt(check, yaml, [...path, 'check'], links, reader) }
}

function saidAt(said: RuleFile['then'], yaml: YamlFile, path: Path, links: Links, reader: ContentReader): CompiledSaid {
  const template = (source: string, member: string): Template => templateAt(source, yaml, [...path, member], links, reader)
  for (const [i, id] of (said.suggestions ?? []).entries()) {
    if (!links.suggestions.has(id)) reader.refuse(yaml, [...path, 'suggestions', i], `unknown suggestion ${id}`, didYouMean(id, links.suggestions) ?? 'suggestions are files of cards/suggestions/')
  }
  for (const [i, id] of (said.overrideReasons ?? []).entries()) {
    if (!Object.hasOwn(links.reasons, id)) reader.refuse(yaml, [...path, 'overrideReasons', i], `unknown override reason ${id}`, didYouMean(id, Object.keys(links.reasons)) ?? 'reasons are listed in cards/override-reasons.yaml')
  }
  const { item, why, release, summary, ...rest } = said
  return {
    ...rest, summary: template(summary, 'summary'),
    ...(item === undefined ? {} : { item: template(item, 'item') }),
    ...(why === undefined ? {} : { why: template(why, 'why') }),
    ...(release === undefined ? {} : { release: template(release, 'release') }),
  }
}

function levelAt(file: ReadFile<RuleFile>, i: number, links: Links, reader: ContentReader): CompiledLevel[] {
  const level = file.value.levels?.[i]
  if (!level) return []
  const { check, because, ...said } = level
  const path = ['levels', i]
  return [{
    check: checkAt(check, file.yaml, [...path, 'check'], links, reader),
    said: saidAt({ ...file.value.then, ...withoutUndefined(said) }, file.yaml, path, links, reader),
    ...(because === undefined ? {} : { because: templateAt(because, file.yaml, [...path, 'because'], links, reader) }),
  }]
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> }
const withoutUndefined = <T extends object>(value: T): Defined<T> =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Defined<T> // sound: undefined members were just removed

function checkNames({ yaml, value }: ReadFile<RuleFile>, links: Links, reader: ContentReader): void {
  for (const [i, trigger] of [value.on].flat().entries()) {
    if (!Object.hasOwn(links.triggers, trigger)) reader.refuse(yaml, ['on', i], `unknown trigger ${trigger}`, didYouMean(trigger, Object.keys(links.triggers)) ?? 'triggers are listed in cards/triggers.yaml')
  }
  for (const profile of value.profiles ?? []) if (!links.profiles.includes(profile)) reader.refuse(yaml, ['profiles'], `unknown profile ${profile}`, didYouMean(profile, links.profiles))
  for (const name of Object.keys(value.missing ?? {})) if (!links.declarations.has(name)) reader.refuse(yaml, ['missing', name], `unknown fact ${name}`, didYouMean(name, links.declarations.keys()))
  if (value.grade !== undefined && !links.declarations.has(value.grade)) reader.refuse(yaml, ['grade'], `unknown fact ${value.grade}`, didYouMean(value.grade, links.declarations.keys()))
  value.examples.forEach(({ given }, i) => {
    for (const name of Object.keys(given)) {
      const known = name.startsWith('setting.') ? Object.hasOwn(links.settings, name.slice('setting.'.length)) : links.signature.typeOf(name) !== undefined
      if (!known) reader.refuse(yaml, ['examples', i, 'given', name], `unknown fact ${name}`, didYouMean(name, links.signature.names()))
    }
  })
}

const RULE_PATH = /^cards\/(?<group>[a-z-]+)\/(?<id>[a-z0-9-]+)\.yaml$/
const OTHER_FOLDERS: ReadonlySet<string> = new Set(['profiles', 'suggestions', 'settings'])

/** `cards/qt/qt-hold-gt500.yaml` → group qt, id qt-hold-gt500. */
export function ruleAddress(path: string): { group: string; id: string } | undefined {
  const groups = RULE_PATH.exec(path)?.groups
  const group = groups?.['group']
  const id = groups?.['id']
  return group === undefined || id === undefined || OTHER_FOLDERS.has(group) ? undefined : { group, id }
}

/** All rules of cards/, in the order of their paths. */
export function compileRules(reader: ContentReader, links: Links): CompiledRule[] {
  return reader.all((path) => ruleAddress(path) !== undefined, RuleFile).flatMap((file) => {
    const address = ruleAddress(file.yaml.file)
    if (!address) return []
    checkNames(file, links, reader)
    const { when, unless, levels, then, on, doubt, ...rest } = file.value
    return [{
      ...rest, ...address, file: file.yaml.file, on: [on].flat(),
      when: when.map((line, i) => lineAt(line, file.yaml, ['when', i], links, reader)),
      unless: (unless ?? []).map((line, i) => lineAt(line, file.yaml, ['unless', i], links, reader)),
      said: saidAt(then, file.yaml, ['then'], links, reader),
      ...(doubt === undefined ? {} : { doubt: templateAt(doubt, file.yaml, ['doubt'], links, reader) }),
      levels: (levels ?? []).flatMap((_, i) => levelAt(file, i, links, reader)),
    }]
  })
}
