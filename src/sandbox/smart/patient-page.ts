import { createHash } from 'node:crypto'

const STYLE = `:root{color-scheme:light dark;--text:#17202a;--ground:#eef1f4;--surface:#fff;--line:#7d8996;--accent:#0b5394}
@media(prefers-color-scheme:dark){:root{--text:#e5eaf0;--ground:#0e1318;--surface:#161c23;--line:#7b8998;--accent:#7fbaf0}}
body{font:15px/1.5 system-ui,sans-serif;color:var(--text);background:var(--ground);max-width:44rem;margin:6vh auto;padding:0 1rem}h1{font-size:1.25rem}
ul{list-style:none;padding:0}a{display:block;margin:.4rem 0;padding:.6rem .9rem;background:var(--surface);border:1px solid var(--line);border-radius:5px;color:inherit;text-decoration:none}
a:hover,a:focus-visible{border-color:var(--accent);outline:2px solid var(--accent)}small{display:block;opacity:.85}`
export const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; frame-ancestors 'none'`

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const html = (text: string): string => text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character)
const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${html(title)}</title><style>${STYLE}</style></head><body><main><h1>${html(title)}</h1>${body}</main></body></html>`

export interface OfferedPatient { readonly id: string; readonly name: string; readonly shows: string }

/** The page on which a standalone launch chooses its patient: each is a link that goes on with the same request. */
export function patientPage(patients: readonly OfferedPatient[], address: (patient: string) => string): string {
  const rows = patients.map(({ id, name, shows }) => `<li><a href="${html(address(id))}">${html(name)}<small>${html(shows)}</small></a></li>`)
  return page('Whose chart may the app read?', `<ul>${rows.join('')}</ul>`)
}

export const refusedPage = (why: string): string => page('The app was not started', `<p>${html(why)}</p>`)
