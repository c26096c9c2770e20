/** A code in letters and digits, for clients that accept nothing else: `dose-intentional` becomes `doseIntentional`. */
export const joinedCode = (code: string): string => code.replaceAll(/-([a-z0-9])/g, (_, next: string) => next.toUpperCase())

/** The reasons that cards offer. */
export interface OwnReasons { readonly system: string; readonly reasons: Readonly<Record<string, unknown>> }

interface SentReason { readonly code?: string; readonly system?: string }

/** A reason of ours under its own code, in whichever form it came back; a client's own reason stays as it is. */
export function ownReason<R extends SentReason>(sent: R, { system, reasons }: OwnReasons): R {
  if (sent.code === undefined || (sent.system ?? system) !== system || Object.hasOwn(reasons, sent.code)) return sent
  const code = Object.keys(reasons).find((own) => joinedCode(own) === sent.code)
  return code === undefined ? sent : { ...sent, code }
}
