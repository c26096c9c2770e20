import type { FastifyReply } from 'fastify'
import { type Asset, pageScript, pageStyle } from './assets.ts'
import { joined, markup, type Markup, type Part } from './markup.ts'
import type { PageTexts } from './texts.ts'

/** Names of languages in themselves. */
const LANGUAGE_NAMES: Readonly<Record<string, string>> = { en: 'English', es: 'Español' }

/** Everything from this server, nothing inline; forms post back to it. */
const POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
const HEADERS = { 'content-security-policy': POLICY, 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cross-origin-opener-policy': 'same-origin' }

export interface Page {
  readonly title: string
  /** The entry of the navigation this page belongs to. */
  readonly at: keyof PageTexts['nav']
  readonly footer: string
  /** Path under which the service is published; empty at the root of a host. */
  readonly prefix: string
  /** Address of the order-entry page, where there is one. */
  readonly home: string | undefined
  /** The committee's pages exist here. */
  readonly hasGovernance: boolean
  readonly body: Markup
  /** Languages in which there is this page. */
  readonly languages: readonly string[]
}

const ADDRESSES: Readonly<Record<Exclude<keyof PageTexts['nav'], 'home'>, string>> = { rules: '/rules', trace: '/rules/trace', governance: '/governance' }

const navLink = (label: string, address: string, isHere: boolean): Part =>
  (isHere ? markup`<li><a href="${address}" aria-current="page">${label}</a></li>` : markup`<li><a href="${address}">${label}</a></li>`)

function navigation({ at, home, hasGovernance }: Page, texts: PageTexts): Markup {
  const entries = Object.entries(ADDRESSES).filter(([key]) => hasGovernance || key !== 'governance').map(([key, address]) => navLink(texts.nav[key as keyof typeof ADDRESSES], address, key === at)) // sound: the keys of ADDRESSES
  return markup`<nav aria-label="${texts.navigation}"><ul>${home === undefined ? undefined : navLink(texts.nav.home, home, false)}${entries}</ul></nav>`
}

const linked = (style: Asset, script: Asset): Markup => markup`<link rel="stylesheet" href="${style.address}"><script src="${script.address}"></script>`

/** The page in the other languages; the service remembers the choice. */
const languageLinks = ({ languages }: Page, { language }: PageTexts): readonly Part[] =>
  languages.filter((one) => one !== language).map((one) => markup`<a class="language" href="?lang=${one}" lang="${one}" hreflang="${one}">${LANGUAGE_NAMES[one] ?? one}</a>`)

/** The path of an address; a reverse proxy may publish the service below one. */
export const prefixOf = (publicUrl: string): string => new URL(publicUrl).pathname.replace(/\/+$/, '')

/** Addresses of our own are written from the root of the service. Texts cannot look like them: their quotes are escaped. */
const below = (prefix: string, document: string): string => (prefix === '' ? document : document.replace(/ (href|src|action)="\//g, ` $1="${prefix}/`))

/** A whole document: head, navigation, main, footer. */
export const documentOf = (page: Page, texts: PageTexts): string => below(page.prefix, written(page, texts))

function written(page: Page, texts: PageTexts): string {
  const themes = markup`data-auto="${texts.theme.auto}" data-light="${texts.theme.light}" data-dark="${texts.theme.dark}"`
  return markup`<!doctype html><html lang="${texts.language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><link rel="icon" href="data:,"><title>${joined([page.title, texts.brand], ' · ')}</title>${linked(pageStyle(), pageScript())}</head><body>
<a class="skip" href="#main">${texts.skip}</a>
<header class="top"><span class="brand">${texts.brand}</span>${navigation(page, texts)}${languageLinks(page, texts)}<button type="button" id="theme" hidden ${themes}>${texts.theme.auto}</button></header>
<main id="main" tabindex="-1">${page.body}</main>
<footer>${page.footer}</footer>
</body></html>`.html
}

/** Sends a page with the headers of pages. */
export const sendPage = (reply: FastifyReply, document: string): FastifyReply => reply.headers(HEADERS).type('text/html; charset=utf-8').send(document)
