import type { Effects } from '../effects.ts'
import { cardKey, responseTo, type OrderSession } from '../order-session.ts'
import { tally } from '../tally.ts'
import { TEXTS } from '../texts.ts'
import { CardView } from './CardView.tsx'
import { Notice } from './Notice.tsx'

interface PanelProps {
  readonly orders: OrderSession
  readonly patientId: string
  readonly isFeedbackLost: boolean
  readonly effects: Effects
}

const Failed = ({ orders, effects }: { readonly orders: OrderSession; readonly effects: Effects }) => {
  if (orders.check.state !== 'failed') return null
  return (
    <Notice tone="warning" role="alert" title={TEXTS.cards.notAnswered}>
      <p>{TEXTS.cards.failure(orders.check.failure)}{orders.cards.length > 0 ? ` ${TEXTS.cards.earlier}` : ''}</p>
      <button type="button" onClick={effects.retry}>{TEXTS.page.reload}</button>
    </Notice>
  )
}

const Status = ({ orders }: { readonly orders: OrderSession }) => {
  const { check, cards, drafts } = orders
  if (check.state === 'asking') return <p class="cards-status" aria-hidden="true"><span class="spinner" /> {TEXTS.cards.asking}</p>
  if (drafts.length === 0) return <p class="empty">{TEXTS.cards.idle}</p>
  return check.state === 'answered' && cards.length === 0 ? <p class="empty">{TEXTS.cards.none}</p> : null
}

/** The cards of the last answer, most urgent first as the service sent them; never silent about a missing answer. */
export const CardPanel = ({ orders, patientId, isFeedbackLost, effects }: PanelProps) => (
  <section class="panel cards" aria-label={TEXTS.cards.title} aria-busy={orders.check.state === 'asking'}>
    <h3>{TEXTS.cards.title} <span class="muted">{TEXTS.cards.count(...tally(orders.cards))}</span></h3>
    <Status orders={orders} />
    <Failed orders={orders} effects={effects} />
    {orders.refused === undefined ? null : <Notice tone="warning" role="alert">{TEXTS.cards.refused(orders.refused)}</Notice>}
    {isFeedbackLost ? <Notice tone="info" role="status">{TEXTS.cards.feedbackLost}</Notice> : null}
    {orders.cards.map((card) => <CardView key={cardKey(card)} card={card} patientId={patientId} response={responseTo(orders, card)} effects={effects} />)}
  </section>
)
