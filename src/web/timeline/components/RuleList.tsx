import { useEffect, useMemo, useState } from 'preact/hooks'
import { Icon } from '../../components/Icon.tsx'
import type { ExplainedLine, Explanation, Looked } from '../../../engine/explain.ts'
import { anchorOf, rulesOf } from '../rules.ts'
import { TEXTS } from '../texts.ts'
import type { View } from '../view.ts'

type Outcome = Explanation['outcome']
const OUTCOMES: readonly Outcome[] = ['fired', 'unknown', 'replaced', 'silent']
const SOURCES_SHOWN = 3

const verdictOf = (holds: boolean | undefined): keyof typeof TEXTS.rules.holds => (holds === undefined ? 'open' : holds ? 'yes' : 'no')
const SIGNS = { yes: '✓', no: '✗', open: '?' } as const

const sourcesOf = ({ sources }: Looked): string => {
  const more = sources.length - SOURCES_SHOWN
  const shown = sources.slice(0, SOURCES_SHOWN).join(', ')
  return sources.length === 0 ? TEXTS.rules.own : more > 0 ? `${shown} ${TEXTS.rules.more(more)}` : shown
}

const Lines = ({ title, lines }: { readonly title: string; readonly lines: readonly ExplainedLine[] }) => (lines.length === 0 ? null : (
  <>
    <h4>{title}</h4>
    <ul class="conditions">
      {lines.map((line, i) => {
        const verdict = verdictOf(line.holds)
        return <li key={i} class={`holds-${verdict}`}><span class="sign" aria-hidden="true">{SIGNS[verdict]}</span><span>{[line.indicator && TEXTS.indicator[line.indicator], line.because].filter(Boolean).join(': ')} <em>{TEXTS.rules.holds[verdict]}</em></span></li>
      })}
    </ul>
  </>
))

const Values = ({ looked }: { readonly looked: readonly Looked[] }) => (looked.length === 0 ? null : (
  <div class="scroll" tabIndex={0} role="region" aria-label={TEXTS.rules.fact}>
    <table class="values">
      <thead><tr><th scope="col">{TEXTS.rules.fact}</th><th scope="col">{TEXTS.rules.value}</th><th scope="col">{TEXTS.rules.date}</th><th scope="col">{TEXTS.rules.source}</th></tr></thead>
      <tbody>
        {looked.map((one) => (
          <tr key={one.name}>
            <th scope="row">{one.title}</th>
            <td class={one.text === undefined ? 'lost' : ''}>{one.text ?? TEXTS.rules.missing(one.why ?? '')}</td><td>{one.date ?? ''}</td><td class="muted">{sourcesOf(one)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
))

const unique = (looked: readonly Looked[]): readonly Looked[] => [...new Map(looked.map((one) => [one.name, one])).values()]

const Body = ({ explained }: { readonly explained: Explanation }) => {
  const { rule, when, unless, levels, why } = explained
  const looked = unique([...when, ...unless, ...levels].flatMap((line) => line.looked))
  return (
    <div class="explained">
      {why ? <p>{why}</p> : null}
      <Lines title={TEXTS.rules.when} lines={when} />
      <Lines title={TEXTS.rules.unless} lines={unless} />
      <Lines title={TEXTS.rules.levels} lines={levels} />
      <Values looked={looked} />
      <p><a href={`/rules/${rule.id}`} target="_blank" rel="noopener">{TEXTS.rules.page}</a></p>
    </div>
  )
}

const Rule = ({ explained, isAsked }: { readonly explained: Explanation; readonly isAsked: boolean }) => {
  const { rule, outcome, indicator } = explained
  const [isOpen, setOpen] = useState(isAsked)
  useEffect(() => { if (isAsked) setOpen(true) }, [isAsked])
  return (
    <li id={anchorOf(rule.id)} class={isAsked ? `rule rule-${outcome} rule-asked` : `rule rule-${outcome}`}>
      <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          {indicator ? <Icon name={indicator} /> : <span class="sign" aria-hidden="true">{outcome === 'unknown' ? '?' : '–'}</span>}
          <span class="rule-title">{rule.title}</span>
          <span class="rule-outcome">{indicator ? `${TEXTS.indicator[indicator]}, ` : ''}{TEXTS.rules.outcomeWords[outcome]}</span>
        </summary>
        {isOpen ? <Body explained={explained} /> : null}
      </details>
    </li>
  )
}

const matches = ({ rule, summary }: Explanation, wanted: string): boolean => `${rule.title} ${rule.id} ${rule.group} ${summary ?? ''}`.toLowerCase().includes(wanted)

const PREFIX = `#${anchorOf('')}`
const ruleInAddress = (): string | undefined => (window.location.hash.startsWith(PREFIX) ? window.location.hash.slice(PREFIX.length) : undefined)

/** The rule that is asked about: the one that the address names, first of all that of the card. */
function useAskedRule(ofCard: string | undefined): string | undefined {
  const [asked, setAsked] = useState(ruleInAddress() ?? ofCard)
  useEffect(() => {
    const follow = (): void => setAsked(ruleInAddress())
    window.addEventListener('hashchange', follow)
    return () => window.removeEventListener('hashchange', follow)
  }, [])
  return asked
}

/** Every rule that was asked, with its conditions, the values it looked at and where they come from. */
export const RuleList = ({ view, ofCard }: { readonly view: View; readonly ofCard: string | undefined }) => {
  const [outcome, setOutcome] = useState<Outcome | 'all'>('fired')
  const [wanted, setWanted] = useState('')
  const all = useMemo(() => rulesOf(view), [view])
  const shown = all.filter((one) => (outcome === 'all' || one.outcome === outcome) && matches(one, wanted.trim().toLowerCase()))
  const asked = useAskedRule(ofCard)
  useEffect(() => {
    if (asked === undefined) return
    // A rule that the filter hides could not be shown.
    if (!shown.some(({ rule }) => rule.id === asked)) {
      setOutcome('all')
      setWanted('')
    }
    // The rule of the card stands open below; what the reader sees first is the dose.
    if (ruleInAddress() !== undefined) requestAnimationFrame(() => document.getElementById(anchorOf(asked))?.scrollIntoView())
  }, [asked])
  const counted = (one: Outcome | 'all'): number => (one === 'all' ? all.length : all.filter((rule) => rule.outcome === one).length)
  return (
    <section id="rules" class="panel" aria-labelledby="rules-heading">
      <h2 id="rules-heading">{TEXTS.rules.heading}</h2>
      <div class="filters">
        <fieldset class="choices"><legend class="unseen">{TEXTS.rules.filter}</legend>
          {([...OUTCOMES, 'all'] as const).map((one) => (
            <label key={one} class="choice"><input type="radio" name="outcome" checked={outcome === one} onChange={() => setOutcome(one)} /> {one === 'all' ? TEXTS.rules.all : TEXTS.rules.outcomes[one]} <b>{counted(one)}</b></label>
          ))}
        </fieldset>
        <input type="search" aria-label={TEXTS.rules.search} placeholder={TEXTS.rules.search} value={wanted} onInput={(event) => setWanted(event.currentTarget.value)} />
      </div>
      {shown.length === 0 ? <p class="empty">{TEXTS.rules.none}</p> : <ul class="rules">{shown.map((explained) => <Rule key={explained.rule.id} explained={explained} isAsked={explained.rule.id === asked} />)}</ul>}
    </section>
  )
}
