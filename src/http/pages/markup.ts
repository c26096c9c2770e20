/** HTML that is safe to send: made by `markup`, which escapes every text it is given. */
export interface Markup { readonly html: string }

export type Part = string | number | Markup | undefined | readonly Part[]

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character)

function written(part: Part): string {
  if (part === undefined) return ''
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part))
  return 'html' in part ? part.html : part.map(written).join('')
}

/** A template whose gaps are escaped unless they are markup themselves; undefined fills nothing. */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { html: strings.map((text, i) => text + written(parts[i])).join('') }
}

/** Parts with something between them. */
export const joined = (parts: readonly Part[], between: string): readonly Part[] => parts.flatMap((part, i) => (i === 0 ? [part] : [between, part]))
