import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** How long a browser stays signed in, in seconds: a meeting, not a working day. */
export const SESSION_S = 30 * 60

const NAME = 'ino_cds_governance'

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
const isSame = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b))

/** Signs with a key made from the administrator's token: every instance knows it, and a token that is replaced ends its sessions. */
const signature = (token: string, expires: string): string => createHmac('sha256', digest(`governance session ${token}`)).update(expires).digest('base64url')

/** The value of the cookie: when it ends (epoch s), and a signature. It says nothing of the token. */
export const sealedSession = (token: string, nowMs: number): string => {
  const expires = String(Math.floor(nowMs / 1000) + SESSION_S)
  return `${expires}.${signature(token, expires)}`
}

/** Is this the value of a session that was opened with one of the tokens and has not ended? */
export function isSession(value: string | undefined, tokens: readonly string[], nowMs: number): boolean {
  const [expires = '', signed = ''] = value?.split('.') ?? []
  const isSigned = tokens.filter((token) => isSame(signature(token, expires), signed)).length > 0
  return isSigned && /^\d{1,12}$/.test(expires) && Number(expires) * 1000 > nowMs
}

/** Is this one of the tokens? Compared with all, by digest. */
export const isToken = (sent: string, tokens: readonly string[]): boolean => tokens.filter((token) => isSame(token, sent)).length > 0

/** The session a browser sent. */
export const sentSession = ({ headers }: FastifyRequest): string | undefined =>
  (headers.cookie ?? '').split(';').map((pair) => pair.trim()).find((pair) => pair.startsWith(`${NAME}=`))?.slice(NAME.length + 1)

/** Which pages get the cookie, and whether they come over TLS. */
interface Where { readonly path: string; readonly isSecure: boolean }

/** Only this server reads it, no script, no other site, and only these pages get it. */
const cookie = (value: string, seconds: number, { path, isSecure }: Where): string =>
  `${NAME}=${value}; Path=${path}; HttpOnly; SameSite=Strict; Max-Age=${seconds}${isSecure ? '; Secure' : ''}`

export const openSession = (reply: FastifyReply, token: string, nowMs: number, where: Where): FastifyReply => reply.header('set-cookie', cookie(sealedSession(token, nowMs), SESSION_S, where))
export const endSession = (reply: FastifyReply, where: Where): FastifyReply => reply.header('set-cookie', cookie('', 0, where))

/**
 * Does a form come from our own page? Browsers say so in Sec-Fetch-Site; older ones in Origin, which must name this host. A request with
 * neither comes from no browser, and so rides on nobody's cookie.
 */
export function isOwnForm({ headers, host }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  return headers.origin === undefined || URL.parse(headers.origin)?.host === host
}
