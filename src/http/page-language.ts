import type { FastifyInstance, FastifyRequest } from 'fastify'

const COOKIE = 'language'
const YEAR_S = 31_536_000
const LANGUAGE = /^[a-z]{2}$/
const IN_COOKIES = /(?:^|;\s*)language=(?<language>[a-z]{2})(?:;|$)/

/** `?lang=es`. */
function asked({ query }: FastifyRequest): string | undefined {
  const lang = typeof query === 'object' && query !== null && 'lang' in query ? query.lang : undefined
  return typeof lang === 'string' && LANGUAGE.test(lang) ? lang : undefined
}

/** The language a reader of pages chose: now, or before. */
export const chosenLanguage = (request: FastifyRequest): string | undefined => asked(request) ?? IN_COOKIES.exec(request.headers.cookie ?? '')?.groups?.['language']

/** Keeps what `?lang=` asks for, so that the next page speaks it too. */
export function rememberLanguage(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    const language = request.method === 'GET' ? asked(request) : undefined
    if (language !== undefined) void reply.header('set-cookie', `${COOKIE}=${language}; Path=/; Max-Age=${YEAR_S}; SameSite=Lax`)
    done()
  })
}
