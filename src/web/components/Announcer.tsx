import type { OrderSession } from '../order-session.ts'
import { TEXTS } from '../texts.ts'
import { tally } from '../tally.ts'

const said = (orders: OrderSession | undefined): string => {
  if (!orders) return ''
  if (orders.isConfirming) return TEXTS.sign.done
  const { check, cards } = orders
  if (check.state !== 'answered') return ''
  const first = cards.find((card) => card.indicator === 'critical')
  return [TEXTS.cards.announce(cards.length, TEXTS.cards.count(...tally(cards))), first?.summary ?? ''].join(' ')
}

/** Tells a screen reader that cards have arrived, and the first critical one. A failure tells itself: its notice is an alert. */
export const Announcer = ({ orders }: { readonly orders: OrderSession | undefined }) => (
  <p class="unseen" role="status" aria-live="polite">{said(orders)}</p>
)
