import type { Fact } from '../../../facts/fact.ts'
import type { Scope } from '../../../facts/scope.ts'
import type { Engine } from '../engine.ts'
import { TEXTS } from '../texts.ts'

interface FactRowsProps { readonly engine: Pick<Engine, 'content' | 'calendar'>; readonly scope: Scope; readonly names: readonly string[] }

/** Punctuation that a text brings along for the sentence it usually stands in. */
const bare = (text: string): string => text.replace(/^[;,\s]+/, '')

const Value = ({ fact, engine: { calendar, content } }: { readonly fact: Fact; readonly engine: FactRowsProps['engine'] }) => {
  const say = content.phrases.of
  if (fact.state === 'missing') return <dd class={fact.why === 'unavailable' ? 'lost' : 'muted'}>{say(fact.detail)}</dd>
  const date = fact.at && calendar.iso(fact.at)
  return <dd>{say(bare(fact.text)) || TEXTS.nothing} {date !== undefined && date !== fact.text && fact.origin !== 'derived' ? <span class="muted">{date}</span> : null}</dd>
}

/** Facts with their titles, values and dates; of a missing one, why. */
export const FactRows = ({ engine, scope, names }: FactRowsProps) => (
  <dl class="facts">
    {names.map((name) => <div key={name}><dt>{engine.content.mapping.declarations.get(name)?.title ?? name}</dt><Value fact={scope.fact(name)} engine={engine} /></div>)}
  </dl>
)
