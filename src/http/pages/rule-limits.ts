import type { CompiledRule } from '../../engine/rule.ts'
import type { SettingValue } from '../../facts/settings.ts'
import { joined, markup, type Markup, type Part } from './markup.ts'
import { settingNames } from './rule-list.ts'
import { settingWords, type Shown } from './rule-words.ts'

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** What other profiles say where it is not what holds here. */
function elsewhere(name: string, { content, texts }: Shown): Part {
  const declared = content.declaredSettings[name]
  const others = Object.entries(content.profiles).filter(([id]) => id !== content.profile).flatMap(([, profile]) => {
    const value = (name in profile.settings ? profile.settings[name] : declared?.value) as SettingValue | undefined // sound: profiles are checked against the declared type when content loads
    return same(value, content.settings[name]) ? [] : [`${profile.title}: ${settingWords(value, { content, texts })}`]
  })
  return joined(others, '; ')
}

function row(name: string, shown: Shown): Part {
  const { texts: { rule: texts, ownChoice }, content } = shown
  const declared = content.declaredSettings[name]
  const unit = declared?.unit === undefined ? '' : ` ${declared.unit}`
  const [here, standard] = [content.settings[name], declared?.value]
  const isDefault = same(here, standard)
  const value = markup`<span class="${isDefault ? 'differs' : 'differs here'}">${settingWords(here, shown)}${unit}</span>`
  return markup`<tr><th scope="row">${declared?.title ?? name}<br><code class="muted">${name}</code></th><td data-label="${texts.value}">${value}</td><td data-label="${texts.standard}">${isDefault ? markup`<span class="muted">${texts.sameAsDefault}</span>` : `${settingWords(standard, shown)}${unit}`}</td><td data-label="${texts.otherProfiles}">${elsewhere(name, shown)}</td><td data-label="${texts.source}">${declared?.source ?? ''}${declared?.ownChoice ? ` (${ownChoice})` : ''}</td></tr>`
}

/** The settings a rule compares with: the value here, the default, what other profiles say, and who says so. */
export function limitsTable(rule: CompiledRule, shown: Shown): Markup | undefined {
  const { rule: texts } = shown.texts
  const names = settingNames(rule)
  if (names.length === 0) return undefined
  const head = [texts.limit, texts.value, texts.standard, texts.otherProfiles, texts.source].map((title) => markup`<th scope="col">${title}</th>`)
  return markup`<div class="scroll"><table class="stack"><thead><tr>${head}</tr></thead><tbody>${names.map((name) => row(name, shown))}</tbody></table></div>`
}
