import { Icon } from '../../components/Icon.tsx'
import { type Hypothesis, isEmpty, newestOf, NOTHING } from '../hypothesis.ts'
import { TEXTS } from '../texts.ts'
import { type Change, changesBetween, type Subject, type View } from '../view.ts'
import { AnswerField } from './AnswerField.tsx'

interface WhatIfProps { readonly subject: Subject; readonly base: View; readonly shown: View; readonly hypothesis: Hypothesis; readonly suppose: (hypothesis: Hypothesis) => void }

/** The record without a member, or with it. */
function withMember<T>(record: Readonly<Record<string, T>>, name: string, value: T | undefined): Readonly<Record<string, T>> {
  const { [name]: _, ...rest } = record
  return value === undefined ? rest : { ...rest, [name]: value }
}

const numberOf = (text: string): number | undefined => (text.trim() === '' || !(Number(text) >= 0) ? undefined : Number(text))

const ResultFields = ({ subject: { engine }, base, hypothesis, suppose }: WhatIfProps) => (
  <fieldset class="fields"><legend>{TEXTS.whatIf.results}</legend>
    {engine.content.timeline.whatIf.results.map((measurement) => {
      const newest = newestOf(engine, base.chart, measurement)
      const title = engine.content.mapping.measurements.get(measurement)?.title ?? measurement
      const id = `suppose-${measurement}`
      return (
        <div key={measurement} class="field">
          <label for={id}>{title}</label>
          <input id={id} type="number" step="any" min="0" disabled={newest === undefined} value={hypothesis.results[measurement] ?? ''} placeholder={newest?.reading ? TEXTS.whatIf.now(newest.reading.text) : TEXTS.whatIf.noResult}
            onInput={(event) => suppose({ ...hypothesis, results: withMember(hypothesis.results, measurement, numberOf(event.currentTarget.value)) })} />
        </div>
      )
    })}
  </fieldset>
)

const AnswerFields = ({ subject: { engine }, hypothesis, suppose }: WhatIfProps) => (
  <fieldset class="fields"><legend>{TEXTS.whatIf.answers}</legend>
    {engine.content.timeline.whatIf.answers.map((key) => {
      const declared = engine.content.mapping.assertions[key]
      return declared ? (
        <div key={key} class="field">
          <label for={`suppose-${key}`}>{declared.title}</label>
          <AnswerField id={`suppose-${key}`} declared={declared} value={hypothesis.answers[key]} none={TEXTS.whatIf.asRecorded} say={engine.content.phrases.of} onAnswer={(value) => suppose({ ...hypothesis, answers: withMember(hypothesis.answers, key, value) })} />
        </div>
      ) : null
    })}
  </fieldset>
)

const DoseFields = ({ base, hypothesis, suppose }: WhatIfProps) => {
  const { date, dose, ...rest } = hypothesis
  const on = (value: string): void => suppose({ ...rest, ...(dose === undefined ? {} : { dose }), ...(value === '' ? {} : { date: value }) })
  const amount = (value: number | undefined): void => suppose({ ...rest, ...(date === undefined ? {} : { date }), ...(value === undefined ? {} : { dose: value }) })
  return (
    <fieldset class="fields"><legend class="unseen">{TEXTS.whatIf.dose}</legend>
      <div class="field"><label for="suppose-date">{TEXTS.whatIf.date}</label><input id="suppose-date" type="date" value={date ?? base.chart.calendar.iso(base.planned)} onInput={(event) => on(event.currentTarget.value)} /></div>
      <div class="field"><label for="suppose-dose">{TEXTS.whatIf.dose} ({TEXTS.whatIf.mg})</label><input id="suppose-dose" type="number" step="any" min="0" value={dose ?? ''} placeholder={TEXTS.whatIf.asRecorded} onInput={(event) => amount(numberOf(event.currentTarget.value))} /></div>
    </fieldset>
  )
}

function kindOf({ before, after }: Change): keyof typeof TEXTS.whatIf.kinds {
  if (after?.outcome === 'fired') return before?.outcome === 'fired' ? 'changed' : 'added'
  if (before?.outcome === 'fired') return 'removed'
  return after?.outcome === 'unknown' ? 'opened' : 'settled'
}

const ChangeRow = ({ change }: { readonly change: Change }) => {
  const { before, after } = change
  const kind = kindOf(change)
  const told = after?.outcome === 'fired' ? after : before?.outcome === 'fired' ? before : undefined
  return (
    <li class={`change change-${kind}`}>
      {told?.indicator ? <Icon name={told.indicator} /> : <span class="sign" aria-hidden="true">?</span>}
      <p><b>{TEXTS.whatIf.kinds[kind]}:</b> {kind === 'removed' ? <s>{told?.summary}</s> : told?.summary ?? (after ?? before)?.rule.title}
        {kind === 'changed' ? <span class="muted"><br />{TEXTS.whatIf.before} {before?.summary}</span> : null}</p>
    </li>
  )
}

/** A form for what is supposed, and the rules that change at once. */
export const WhatIf = (props: WhatIfProps) => {
  const { base, shown, hypothesis, suppose } = props
  const changes = isEmpty(hypothesis) ? [] : changesBetween(base, shown)
  return (
    <section id="whatif" class="panel what-if" aria-labelledby="whatif-heading">
      <div class="panel-head"><h2 id="whatif-heading">{TEXTS.whatIf.heading}</h2>{isEmpty(hypothesis) ? null : <button type="button" onClick={() => suppose(NOTHING)}>{TEXTS.whatIf.reset}</button>}</div>
      <p class="muted">{TEXTS.whatIf.intro}</p>
      <DoseFields {...props} /><ResultFields {...props} /><AnswerFields {...props} />
      <div role="status" aria-live="polite" class="changes">
        {isEmpty(hypothesis) ? null : <h3>{TEXTS.whatIf.changes(changes.length)}</h3>}
        <ul>{changes.map((change) => <ChangeRow key={change.rule} change={change} />)}</ul>
      </div>
    </section>
  )
}
