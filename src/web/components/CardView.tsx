import { useMemo, useState } from 'preact/hooks'
import type { Effects } from '../effects.ts'
import { htmlOf } from '../markdown.ts'
import type { Response } from '../order-session.ts'
import { TEXTS } from '../texts.ts'
import type { Card, Link } from '../wire.ts'
import { Icon } from './Icon.tsx'
import { OverrideForm } from './OverrideForm.tsx'
import { Suggestions } from './Suggestions.tsx'

interface CardProps {
  readonly card: Card
  readonly patientId: string
  readonly response: Response | undefined
  readonly effects: Effects
}

const answerText = (response: Response): string => {
  if (response.kind === 'accepted') return `${TEXTS.cards.accepted}: ${response.labels.join(', ')}`
  const why = [response.reason?.display ?? response.reason?.code ?? '', response.comment ?? ''].filter((part) => part !== '')
  return why.length === 0 ? TEXTS.cards.dismissed : `${TEXTS.cards.overridden}: ${why.join(' – ')}`
}

const Answer = ({ response }: { readonly response: Response }) =>
  <p class="answer"><Icon name="done" /> {answerText(response)}</p>

const Outward = ({ label, url }: { readonly label: string; readonly url: string }) => (
  <a href={url} target="_blank" rel="noopener noreferrer">{label}<span class="unseen"> ({TEXTS.cards.newWindow})</span></a>
)

/** A smart link goes by way of the EHR, which keeps patient and context and gives the app a launch id (SMART App Launch, EHR Launch). */
const addressOf = ({ type, url, appContext }: Link, patientId: string): string =>
  (type === 'absolute' ? url : `/sandbox/launch?${new URLSearchParams({ patient: patientId, ...(appContext === undefined ? {} : { appContext }) }).toString()}`)

const isWebUrl = (url: string): boolean => /^https?:\/\//i.test(url)

const Sources = ({ card, patientId }: { readonly card: Card; readonly patientId: string }) => {
  const { label, url } = card.source
  return (
    <p class="card-source">
      {TEXTS.cards.source}: {url !== undefined && isWebUrl(url) ? <Outward label={label} url={url} /> : label}
      {(card.links ?? []).filter((link) => isWebUrl(link.url)).map((link) => (
        <span key={link.url}> · <Outward label={link.label} url={addressOf(link, patientId)} /></span>
      ))}
    </p>
  )
}

const Detail = ({ detail }: { readonly detail: string }) => {
  const html = useMemo(() => htmlOf(detail), [detail])
  return <div class="card-detail" dangerouslySetInnerHTML={{ __html: html }} />
}

const Overriding = ({ card, effects }: { readonly card: Card; readonly effects: Effects }) => {
  const [isOpen, setOpen] = useState(false)
  const isPlain = card.indicator === 'info' && (card.overrideReasons ?? []).length === 0
  if (isPlain) return <button type="button" class="quiet" onClick={() => effects.override(card, undefined, '')}>{TEXTS.cards.dismiss}</button>
  if (!isOpen) return <button type="button" class="quiet" onClick={() => setOpen(true)}>{TEXTS.cards.override}</button>
  return <OverrideForm card={card} onCancel={() => setOpen(false)} onOverride={effects.override} />
}

/** One card: how urgent in icon and word, what, why, what can be done, and what was answered. */
export const CardView = ({ card, patientId, response, effects }: CardProps) => {
  const isWaiting = card.indicator === 'critical' && !response
  const isOverridden = response?.kind === 'overridden'
  return (
    <article class={`card card-${card.indicator}${isOverridden ? ' card-answered' : ''}`} {...(isWaiting ? { 'data-unanswered': '' } : {})}>
      <p class="card-indicator">
        <Icon name={card.indicator} /> <b>{TEXTS.cards.indicator[card.indicator]}</b>
        {isWaiting ? <span class="must">{TEXTS.cards.mustAnswer}</span> : null}
      </p>
      <h4 tabIndex={-1}>{card.summary}</h4>
      {response ? <Answer response={response} /> : null}
      {card.detail === undefined || isOverridden ? null : <Detail detail={card.detail} />}
      {isOverridden ? null : <Suggestions card={card} response={response} onAccept={(suggestion) => effects.accept(card, suggestion)} />}
      <div class="card-foot">
        <Sources card={card} patientId={patientId} />
        {response ? null : <Overriding card={card} effects={effects} />}
      </div>
    </article>
  )
}
