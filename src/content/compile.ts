import { createHash } from 'node:crypto'
import { derivationsByFact } from '../derive/index.ts'
import type { CompiledSource, CompiledSuggestion, Content } from '../engine/rule.ts'
import { namesDeep } from '../language/template.ts'
import { compileCodes } from './compile-codes.ts'
import { compileFacts } from './compile-facts.ts'
import { checkAt, compileRules, type Links, templateAt } from './compile-rules.ts'
import { compileSettings, type SiteChoice } from './compile-settings.ts'
import type { ContentFiles } from './files.ts'
import { isTextName, signatureOf } from './names.ts'
import { type Problem, sortProblems } from './problem.ts'
import { contentReader, type ContentReader } from './reader.ts'
import { SourcesFile } from './schema/codes.ts'
import { DeckFile, EvidenceSourcesFile, OverrideReasonsFile, PrecedenceFile, SuggestionFile, TriggersFile } from './schema/deck.ts'

export const DEFAULT_SITE: SiteChoice = { profile: 'label-us', settings: {}, file: 'SITE_SETTINGS' }

const PROFILE = /^cards\/profiles\/([a-z0-9-]+)\.yaml$/
const SUGGESTION = /^cards\/suggestions\/([a-z0-9-]+)\.yaml$/
const namesOf = (files: ContentFiles, pattern: RegExp): string[] => [...files.keys()].flatMap((path) => pattern.exec(path)?.[1] ?? [])

function compileSuggestions(reader: ContentReader, links: Links): Map<string, CompiledSuggestion> {
  const found = new Map<string, CompiledSuggestion>()
  for (const { yaml, value } of reader.all((path) => SUGGESTION.test(path), SuggestionFile)) {
    const id = SUGGESTION.exec(yaml.file)?.[1] ?? ''
    const { label, needs, unless, ...rest } = value
    for (const name of namesDeep(value.actions)) if (!isTextName(name, links.declarations, links.settings)) reader.refuse(yaml, ['actions'], `unknown placeholder {{${name}}}`)
    found.set(id, {
      ...rest, id, label: templateAt(label, yaml, ['label'], links, reader),
      ...(needs === undefined ? {} : { needs: checkAt(needs, yaml, ['needs'], links, reader) }),
      ...(unless === undefined ? {} : { unless: checkAt(unless, yaml, ['unless'], links, reader) }),
    })
  }
  return found
}

const sourcesOf = (reader: ContentReader): CompiledSource[] =>
  Object.entries(reader.one('fhir-mappings/sources.yaml', SourcesFile)?.value ?? {}).map(([key, source]) => ({ key, ...source }))

/** Identifies what was in force: all files and the site's choice. */
function hashOf(files: ContentFiles, site: SiteChoice): string {
  const hash = createHash('sha256')
  for (const [path, text] of files) hash.update(path).update('\0').update(text).update('\0')
  return hash.update(JSON.stringify([site.profile, site.settings, site.lists])).digest('hex').slice(0, 16)
}

/**
 * Compiles cards/ and fhir-mappings/ for one site. Either everything is right and the content is complete, or every problem is
 * returned; nothing is left to be discovered on the request path.
 */
export function compileContent(files: ContentFiles, site: SiteChoice = DEFAULT_SITE): Content | readonly Problem[] {
  const reader = contentReader(files)
  const settings = compileSettings(reader, site, namesOf(files, PROFILE))
  const sources = sourcesOf(reader)
  const codes = compileCodes(reader, site.lists, site.file)
  const mapping = compileFacts(reader, codes, new Set(sources.map(({ key }) => key)), derivationsByFact)
  const triggers = reader.one('cards/triggers.yaml', TriggersFile)?.value ?? {}
  const overrideReasons = reader.one('cards/override-reasons.yaml', OverrideReasonsFile)?.value ?? { system: '', reasons: {} }
  const evidenceSources = reader.one('cards/sources.yaml', EvidenceSourcesFile)?.value ?? {}
  const deck = reader.one('cards/deck.yaml', DeckFile)
  const precedence = reader.one('cards/precedence.yaml', PrecedenceFile)
  // Rules are linked against all of the above: what is wrong there would be reported again at every use.
  if (reader.problems.length > 0) return sortProblems(reader.problems)
  const links: Links = {
    signature: signatureOf(mapping.declarations, settings.declared), declarations: mapping.declarations, settings: settings.declared, triggers,
    reasons: overrideReasons.reasons, suggestions: new Set(namesOf(files, SUGGESTION)), profiles: settings.profiles,
  }
  const suggestions = compileSuggestions(reader, links)
  const rules = compileRules(reader, links)
  //PRECEDENCE-CHECK
  if (reader.problems.length > 0 || !deck) return sortProblems(reader.problems)
  return Object.freeze({
    hash: hashOf(files, site), profile: settings.profile, profileTitle: settings.profileTitle, labelRevision: settings.labelRevision, settings: settings.settings,
    rules, suggestions, triggers, precedence: precedence?.value ?? [], deck: deck.value, overrideReasons, evidenceSources, declaredSettings: settings.declared, sources, mapping,
  })
}

export const isContent = (result: Content | readonly Problem[]): result is Content => 'rules' in result
