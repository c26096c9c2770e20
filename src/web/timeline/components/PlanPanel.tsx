import type { Scope } from '../../../facts/scope.ts'
import type { Engine } from '../engine.ts'
import { TEXTS } from '../texts.ts'
import { FactRows } from './FactRows.tsx'

/** Where treatment stands, what is due next, how far transplantation is away, and what follows the last dose. */
export const PlanPanel = ({ engine, scope }: { readonly engine: Engine; readonly scope: Scope }) => {
  const { panels } = engine.content.timeline
  return (
    <section id="plan" class="panel" aria-labelledby="plan-heading">
      <h2 id="plan-heading">{TEXTS.plan.heading}</h2>
      {(['course', 'due', 'transplant', 'after'] as const).map((part) => <div key={part}><h3>{TEXTS.plan[part]}</h3><FactRows engine={engine} scope={scope} names={panels[part]} /></div>)}
    </section>
  )
}
