import type { Finding } from './findings.ts'

/** A clinician's earlier answer to the same finding. */
export interface Acknowledgement {
  readonly by: string
  /** epoch ms */
  readonly at: number
}

/**
 * What a finding rests on, as text: its rule and indicator, the dose (or, for rules told once a cycle, the cycle) and value and date of
 * every fact its conditions read, but not the hook: what was answered while ordering is answered at signature. Equal text means that
 * nothing new happened; any newer or worse result gives another text.
 */
export function evidenceOf({ rule, scope, indicator }: Finding): string {
  const checks = [...rule.when, ...rule.unless, ...rule.levels].flatMap(({ check }) => check.names)
  const names = [...new Set(checks)].filter((name) => !name.startsWith('setting.') && name !== 'hook').toSorted()
  const evidence = names.map((name) => {
    const fact = scope.fact(name)
    return fact.state === 'present' ? [name, fact.value, fact.at?.day] : [name]
  })
  const cycle = scope.fact('cycle')
  const occasion = rule.repeat === 'per-cycle' ? ['cycle', cycle.state === 'present' ? cycle.value : undefined] : ['dose', scope.focus.planned.day]
  return JSON.stringify([rule.id, indicator, occasion, evidence])
}
