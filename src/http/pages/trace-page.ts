import { joined, markup, type Markup, type Part } from './markup.ts'
import type { Shown } from './rule-words.ts'

function row(id: string, { content, texts }: Shown): Part {
  const fact = content.seedFacts[id]
  if (!fact) return undefined
  const carried = [...fact.rules.map((rule) => markup`<a href="/rules/${rule}">${rule}</a>`), ...(fact.background ? [texts.trace.background] : [])]
  return markup`<tr id="${id}"><th scope="row">${id}</th><td data-label="${texts.trace.place}">${fact.at}</td><td>${fact.says}</td><td data-label="${texts.trace.carried}">${joined(carried, ', ')}</td></tr>`
}

/** From each statement of the source documents to the rules that carry it, whose pages show their examples. */
export function tracePageBody(shown: Shown): Markup {
  const { trace } = shown.texts
  const head = [trace.statement, trace.place, trace.says, trace.carried].map((title) => markup`<th scope="col">${title}</th>`)
  return markup`<h1>${trace.title}</h1><p class="lead">${trace.lead}</p><section class="panel"><div class="scroll"><table class="stack"><thead><tr>${head}</tr></thead><tbody>${Object.keys(shown.content.seedFacts).map((id) => row(id, shown))}</tbody></table></div></section>`
}
