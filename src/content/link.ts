import { derivationsByFact } from '../derive/index.ts'
import type { CompiledRule, CompiledSuggestion, Content } from '../engine/rule.ts'
import type { FactDeclaration, FactType } from '../facts/mapping.ts'
import { compileTemplate, isTemplate, namesDeep, textsDeep } from '../language/template.ts'
import { compileCodes } from './compile-codes.ts'
import { compileFacts } from './compile-facts.ts'
import { checkAt, compileRules, type Links, templateAt } from './compile-rules.ts'
import { compileSettings, type SiteChoice } from './compile-settings.ts'
import { compileSources } from './compile-sources.ts'
import { checkTimeline } from './compile-timeline.ts'
import type { ContentFiles } from './files.ts'
import { isTextName, signatureOf } from './names.ts'
import { didYouMean, type Problem, sortProblems } from './problem.ts'
import { contentReader, type ContentReader, type ReadFile } from './reader.ts'
import { SourcesFile } from './schema/codes.ts'
import { DeckFile, EvidenceSourcesFile, OverrideReasonsFile, PrecedenceFile, SeedFactsFile, SuggestionFile, TriggersFile } from './schema/deck.ts'
import { TimelineFile } from './schema/timeline.ts'
import { checkSiteLimits } from './site-limits.ts'
import { ENGLISH_LANGUAGE, isLanguageFile, languagesIn, translationTo } from './translation.ts'
import type { YamlFile } from './yaml-file.ts'

const PROFILE = /^cards\/profiles\/([a-z0-9-]+)\.yaml$/
const SUGGESTION = /^cards\/suggestions\/([a-z0-9-]+)\.yaml$/
const namesOf = (files: ContentFiles, pattern: RegExp): string[] => [...files.keys()].flatMap((path) => pattern.exec(path)?.[1] ?? [])

function factAt(name: string, type: FactType, yaml: YamlFile, path: readonly PropertyKey[], { declarations }: Links, reader: ContentReader): void {
  const declared = declarations.get(name)
  if (!declared) reader.refuse(yaml, path, `unknown fact ${name}`, didYouMean(name, declarations.keys()))
  else if (declared.type !== type) reader.refuse(yaml, path, `fact ${name} is of type ${declared.type}, not ${type}`)
}

/** What an action names, and the braces in the texts of what it creates. */
function checkAction(action: SuggestionFile['actions'][number], yaml: YamlFile, path: readonly PropertyKey[], links: Links, reader: ContentReader): void {
  const wrong = textsDeep(action).map(compileTemplate).flatMap((compiled) => (isTemplate(compiled) ? [] : compiled))
  for (const { message } of wrong) reader.refuse(yaml, path, message)
  for (const name of namesDeep(action)) if (!isTextName(name, links.declarations, links.settings)) reader.refuse(yaml, path, `unknown placeholder {{${name}}}`)
  if ('redose' in action) factAt(action.redose, 'number', yaml, [...path, 'redose'], links, reader)
  if ('move' in action) factAt(action.move, 'moment', yaml, [...path, 'move'], links, reader)
  if ('assert' in action && !links.assertions.has(action.assert.key)) {
    reader.refuse(yaml, [...path, 'assert', 'key'], `unknown assertion ${action.assert.key}`, didYouMean(action.assert.key, links.assertions) ?? 'answers are listed in fhir-mappings/assertions.yaml')
  }
}

function checkTriggers({ yaml, value }: ReadFile<TriggersFile>, sets: ReadonlySet<string>, declarations: ReadonlyMap<string, FactDeclaration>, reader: ContentReader): void {
  for (const [id, { drugs = [], when, over }] of Object.entries(value)) {
    drugs.forEach((set, i) => {
      if (!sets.has(set)) reader.refuse(yaml, [id, 'drugs', i], `unknown value set ${set}`, didYouMean(set, sets))
    })
    for (const [member, name] of Object.entries({ when, over })) {
      if (name !== undefined && declarations.get(name)?.type !== 'boolean') reader.refuse(yaml, [id, member], `${name} is not a fact of type boolean`, declarations.has(name) ? undefined : didYouMean(name, declarations.keys()))
    }
  }
}

function checkOffered({ yaml, value }: ReadFile<DeckFile>, reasons: readonly string[], reader: ContentReader): void {
  value.alwaysOffered.forEach((id, i) => {
    if (!reasons.includes(id)) reader.refuse(yaml, ['alwaysOffered', i], `unknown override reason ${id}`, didYouMean(id, reasons))
  })
}

/** A rule is known by its id alone: in findings, feedback and precedence. */
function checkRuleIds(rules: readonly CompiledRule[], reader: ContentReader): void {
  for (const { id, file } of rules) {
    const other = rules.find((rule) => rule.id === id)
    if (other && other.file !== file) reader.problems.push({ file, line: 1, column: 1, message: `rule ${id} is declared twice`, hint: `also in ${other.file}` })
  }
}

const unknownRule = (id: string, rules: readonly CompiledRule[]): [string, string | undefined] => [`unknown rule ${id}`, didYouMean(id, rules.map((rule) => rule.id))]

/** Names rules that exist, the stronger ones first: a rule that was dropped drops nothing, so what it drops must be settled before. */
function checkPrecedence({ yaml, value }: ReadFile<PrecedenceFile>, rules: readonly CompiledRule[], reader: ContentReader): void {
  const ids = new Set(rules.map(({ id }) => id))
  value.forEach(({ keep, drop }, i) => {
    if (!ids.has(keep)) reader.refuse(yaml, [i, 'keep'], ...unknownRule(keep, rules))
    drop.forEach((id, j) => {
      if (!ids.has(id)) reader.refuse(yaml, [i, 'drop', j], ...unknownRule(id, rules))
      if (value.slice(0, i).some((earlier) => earlier.keep === id)) reader.refuse(yaml, [i, 'drop', j], `${id} has dropped others before it is dropped itself`, 'the stronger rule stands first')
    })
  })
}

function checkRank({ yaml, value }: ReadFile<DeckFile>, rules: readonly CompiledRule[], reader: ContentReader): void {
  value.rank.forEach((id, i) => {
    if (!rules.some((rule) => rule.id === id)) reader.refuse(yaml, ['rank', i], ...unknownRule(id, rules))
  })
}

/** A file that nothing reads would be a rule that silently never runs. */
function checkAllRead(files: ContentFiles, reader: ContentReader): void {
  for (const file of files.keys()) {
    if (!reader.read.has(file) && !isLanguageFile(file)) reader.problems.push({ file, line: 1, column: 1, message: 'nothing reads this file', hint: 'folders and file names are lower case with hyphens' })
  }
}

function compileSuggestions(reader: ContentReader, links: Links): Map<string, CompiledSuggestion> {
  const found = new Map<string, CompiledSuggestion>()
  for (const { yaml, value } of reader.all((path) => SUGGESTION.test(path), SuggestionFile)) {
    const id = SUGGESTION.exec(yaml.file)?.[1] ?? ''
    const { label, needs, unless, ...rest } = value
    value.actions.forEach((action, i) => checkAction(action, yaml, ['actions', i], links, reader))
    found.set(id, {
      ...rest, id, label: templateAt(label, yaml, ['label'], links, reader),
      ...(needs === undefined ? {} : { needs: checkAt(needs, yaml, ['needs'], links, reader) }),
      ...(unless === undefined ? {} : { unless: checkAt(unless, yaml, ['unless'], links, reader) }),
    })
  }
  return found
}

/**
 * Compiles the texts of cards/ and fhir-mappings/ for one site, here and in a browser. Either everything is right and the content is
 * complete, or every problem is returned; nothing is left to be discovered on the request path. `hash` identifies texts and choice.
 */
export function linkContent(files: ContentFiles, site: SiteChoice, hash: string, language = ENGLISH_LANGUAGE): Content | readonly Problem[] {
  const translation = translationTo(language, files)
  const reader = contentReader(files, translation)
  const settings = compileSettings(reader, site, namesOf(files, PROFILE))
  const declaredSources = reader.one('fhir-mappings/sources.yaml', SourcesFile)
  const codes = compileCodes(reader, site.lists, site.file)
  const mapping = compileFacts(reader, codes, new Set(Object.keys(declaredSources?.value ?? {})), derivationsByFact, settings.declared, translation.phrases)
  checkSiteLimits(site, mapping, reader)
  const sources = compileSources(declaredSources, mapping, codes, reader)
  const triggers = reader.one('cards/triggers.yaml', TriggersFile)
  const overrideReasons = reader.one('cards/override-reasons.yaml', OverrideReasonsFile)?.value ?? { system: '', reasons: {} }
  const evidenceSources = reader.one('cards/sources.yaml', EvidenceSourcesFile)?.value ?? {}
  const seedFacts = reader.one('cards/seed-facts.yaml', SeedFactsFile)
  const deck = reader.one('cards/deck.yaml', DeckFile)
  const precedence = reader.one('cards/precedence.yaml', PrecedenceFile)
  const timeline = reader.one('cards/timeline.yaml', TimelineFile)
  if (timeline) checkTimeline(timeline, mapping, settings.declared, reader)
  if (triggers) checkTriggers(triggers, new Set(codes.sets.keys()), mapping.declarations, reader)
  if (deck) checkOffered(deck, Object.keys(overrideReasons.reasons), reader)
  // Rules are linked against all of the above: what is wrong there would be reported again at every use.
  if (reader.problems.length > 0) return sortProblems(reader.problems)
  const links: Links = {
    signature: signatureOf(mapping.declarations, settings.declared), declarations: mapping.declarations, settings: settings.declared, triggers: triggers?.value ?? {}, assertions: new Set(Object.keys(mapping.assertions)),
    reasons: overrideReasons.reasons, suggestions: new Set(namesOf(files, SUGGESTION)), profiles: Object.keys(settings.profiles),
  }
  const suggestions = compileSuggestions(reader, links)
  const rules = compileRules(reader, links)
  checkRuleIds(rules, reader)
  checkAllRead(files, reader)
  if (precedence) checkPrecedence(precedence, rules, reader)
  if (deck) checkRank(deck, rules, reader)
  if (reader.problems.length + translation.problems.length > 0 || !deck || !timeline) return sortProblems([...reader.problems, ...translation.problems])
  return Object.freeze({
    hash, phrases: translation.phrases, languages: languagesIn(files), profile: settings.profile, profileTitle: settings.profileTitle, labelRevision: settings.labelRevision, profiles: settings.profiles, settings: settings.settings,
    rules, suggestions, triggers: triggers?.value ?? {}, precedence: precedence?.value ?? [], deck: deck.value, timeline: timeline.value, overrideReasons, evidenceSources, seedFacts: seedFacts?.value ?? {}, declaredSettings: settings.declared, sources, mapping,
  })
}

export const isContent = (result: Content | readonly Problem[]): result is Content => 'rules' in result
