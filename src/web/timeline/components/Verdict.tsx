import { Icon } from '../../components/Icon.tsx'
import { Notice } from '../../components/Notice.tsx'
import type { Explanation } from '../../../engine/explain.ts'
import type { Fact } from '../../../facts/fact.ts'
import { anchorOf, firedIn, unreadIn } from '../rules.ts'
import { TEXTS } from '../texts.ts'
import type { View } from '../view.ts'

const textOf = (fact: Fact): string => (fact.state === 'present' ? fact.text : '–')

const Fired = ({ found }: { readonly found: Explanation }) => {
  const indicator = found.indicator ?? 'info'
  return (
    <li class={`fired fired-${indicator}`}>
      <Icon name={indicator} />
      <div>
        <p><span class="unseen">{TEXTS.indicator[indicator]}: </span>{found.summary}{found.isPreview ? <em> ({TEXTS.dose.preview})</em> : null}</p>
        {found.release ? <p class="muted">{TEXTS.dose.until}: {found.release}</p> : null}
      </div>
      <a href={`#${anchorOf(found.rule.id)}`} aria-label={`${TEXTS.dose.why} ${found.rule.title}`}>{TEXTS.dose.why}</a>
    </li>
  )
}

/** The dose that comes next and what the rules say about it, the most urgent first. */
export const Verdict = ({ view, order, cardOrder }: { readonly view: View; readonly order: { readonly dose: string }; readonly cardOrder: string | undefined }) => {
  const { scope, dose, patient, isOrdered, chart, planned } = view
  const fired = firedIn(dose)
  const isQuiet = fired.every(({ indicator }) => indicator === 'info')
  const beyond = firedIn(patient).filter(({ rule }) => !dose.some((one) => one.rule.id === rule.id))
  const unread = unreadIn(view)
  return (
    <section id="dose" class="panel verdict" aria-labelledby="dose-heading" tabIndex={-1}>
      <div class="panel-head">
        <h2 id="dose-heading">{TEXTS.dose.heading}: {TEXTS.dose.on(textOf(scope.fact('doseLabel')), chart.calendar.iso(planned))}</h2>
        <p class="muted">{textOf(scope.fact(order.dose))} · {isOrdered ? TEXTS.dose.ordered : TEXTS.dose.assumed} · {TEXTS.dose.asked(dose.length, dose.filter(({ outcome }) => outcome === 'unknown').length)}</p>
      </div>
      {unread.length > 0 ? <Notice tone="warning"><p>{TEXTS.unread(unread.join('; '))}</p></Notice> : null}
      {cardOrder !== undefined && scope.focus.order?.reference !== cardOrder ? <Notice tone="warning"><p>{TEXTS.dose.draft}</p></Notice> : null}
      {isQuiet ? <Notice tone="info"><p>{TEXTS.dose.none}</p></Notice> : null}
      <ul class="findings">{fired.map((found) => <Fired key={found.rule.id} found={found} />)}</ul>
      {beyond.length > 0 ? <><h3>{TEXTS.dose.patient}</h3><ul class="findings">{beyond.map((found) => <Fired key={found.rule.id} found={found} />)}</ul></> : null}
    </section>
  )
}
