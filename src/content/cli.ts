import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { evaluateRule, lookupOf } from '../engine/evaluate.ts'
import type { Content } from '../engine/rule.ts'
import type { CheckValue } from '../language/check.ts'
import { nearest } from '../language/nearest.ts'
import { compileContent, DEFAULT_SITE, isContent } from './compile.ts'
import { cardsReadme, mappingsReadme, overrideReasonsPage, signOff } from './docs.ts'
import { readContentFiles } from './files.ts'
import { GUIDES, withSections } from './integration.ts'
import { jsonSchemas } from './json-schemas.ts'
import { printProblem } from './problem.ts'
import { languagesIn } from './translation.ts'

const USAGE = `usage: npm run content -- [check | docs | schemas | explain <rule> [fact=value …]]
  check      load everything and report every problem with its address
  docs       write the generated pages
  schemas    write the JSON Schemas for editors
  explain    evaluate one rule over facts you give: explain hold-anc-cycle-start slot=1 cycle=2 strictAnc=true ancLatest=0.8
Without a word: check, docs and schemas.`

/** What a run prints, and whether it ended well. */
interface Outcome { readonly lines: readonly string[]; readonly ok: boolean }

function write(root: string, path: string, text: string): string {
  const file = join(root, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  return path
}

const writeDocs = (root: string, content: Content): string[] => [
  write(root, 'cards/README.md', cardsReadme(content)), write(root, 'fhir-mappings/README.md', mappingsReadme(content)), write(root, 'docs/clinical-sign-off.md', signOff(content)),
  write(root, 'docs/override-reasons.md', overrideReasonsPage(content)), ...GUIDES.map((path) => write(root, path, withSections(readFileSync(join(root, path), 'utf8'), content))),
]
const writeSchemas = (root: string): string[] => [...jsonSchemas()].map(([path, text]) => write(root, path, text))

function parseValue(text: string): CheckValue {
  if (text === 'true' || text === 'false') return text === 'true'
  if (text.startsWith('[')) return text.slice(1, -1).split(',').map((item) => item.trim()).filter((item) => item !== '')
  const number = Number(text)
  return text.trim() !== '' && Number.isFinite(number) ? number : text
}

const word = (value: boolean | undefined): string => (value === undefined ? 'unknown' : value ? 'holds' : 'does not hold')

function explain(content: Content, [id = '', ...given]: readonly string[]): Outcome {
  const rule = content.rules.find((one) => one.id === id)
  if (!rule) {
    const near = nearest(id, content.rules.map((one) => one.id))
    return { ok: false, lines: [`unknown rule ${id}${near === undefined ? '' : ` – did you mean ${near}?`}`] }
  }
  const defaults = Object.entries(content.settings).map(([name, value]): [string, CheckValue] => [`setting.${name}`, value as CheckValue]) // sound: checks name only settings of value types
  const facts = given.map((pair): [string, CheckValue] => [pair.split('=')[0] ?? '', parseValue(pair.slice(pair.indexOf('=') + 1))])
  const lookup = lookupOf(Object.fromEntries([...defaults, ...facts]))
  const outcome = evaluateRule(rule, lookup)
  return {
    ok: true,
    lines: [
      `${rule.id}: ${outcome.kind === 'fired' ? outcome.indicator : outcome.kind}${outcome.kind === 'unknown' ? ` (missing: ${outcome.names.join(', ')})` : ''}`,
      ...rule.when.map(({ check }) => `  when    ${word(check.test(lookup))}: ${check.source}`),
      ...rule.unless.map(({ check }) => `  unless  ${word(check.test(lookup))}: ${check.source}`),
      ...rule.levels.map(({ check, said }) => `  level   ${word(check.test(lookup))}: ${check.source} → ${said.indicator}`),
    ],
  }
}

/** Runs `content` commands on a content root. */
export function runContent(root: string, [command = 'all', ...rest]: readonly string[]): Outcome {
  const files = readContentFiles(root)
  const contents = languagesIn(files).map((language) => compileContent(files, DEFAULT_SITE, language))
  const problems = [...new Set(contents.flatMap((content) => (isContent(content) ? [] : content.map(printProblem))))]
  const [content] = contents
  if (problems.length > 0 || !content || !isContent(content)) return { ok: false, lines: [...problems, `${String(problems.length)} problems`] }
  const checked = `${String(content.rules.length)} rules, ${String(content.mapping.declarations.size)} facts, ${String(content.suggestions.size)} suggestions, languages ${content.languages.join(', ')}: no problems`
  switch (command) {
    case 'check': return { ok: true, lines: [checked] }
    case 'docs': return { ok: true, lines: writeDocs(root, content) }
    case 'schemas': return { ok: true, lines: writeSchemas(root) }
    case 'explain': return explain(content, rest)
    case 'all': return { ok: true, lines: [checked, ...writeDocs(root, content), ...writeSchemas(root)] }
    default: return { ok: false, lines: [USAGE] }
  }
}
