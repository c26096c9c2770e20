import type { Outcome } from './outcome.ts'

/** What was looked at, how it is, and what to do about it. `doubt` may be right; `wrong` is not. */
export interface Check { readonly state: 'ok' | 'doubt' | 'wrong'; readonly what: string; readonly says: string; readonly todo?: string }

export const ok = (what: string, says: string): Check => ({ state: 'ok', what, says })
export const doubt = (what: string, says: string, todo?: string): Check => ({ state: 'doubt', what, says, ...(todo === undefined ? {} : { todo }) })
export const wrong = (what: string, says: string, todo: string): Check => ({ state: 'wrong', what, says, todo })

const WIDTH = 6

/** One line a check, what to do below it, and a sum. */
export function report(checks: readonly Check[]): Outcome {
  const lines = checks.flatMap(({ state, what, says, todo }) => [`${state.padEnd(WIDTH)} ${what}: ${says}`, ...(todo === undefined ? [] : [`${' '.repeat(WIDTH)} → ${todo}`])])
  const count = (state: Check['state']): number => checks.filter((check) => check.state === state).length
  return { lines: [...lines, `${String(count('ok'))} ok, ${String(count('doubt'))} doubtful, ${String(count('wrong'))} wrong`], ok: count('wrong') === 0 }
}
