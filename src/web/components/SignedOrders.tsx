import { clock, dateOf } from '../dates.ts'
import { orderDetail, orderTitle } from '../order.ts'
import type { OrderSession } from '../order-session.ts'
import { draftName } from '../suggestion.ts'
import { TEXTS } from '../texts.ts'
import { Icon } from './Icon.tsx'

const timeOf = (at: string): string => {
  const date = dateOf(at)
  return date ? clock(date) : ''
}

/** What was signed since the page was opened. */
export const SignedOrders = ({ signed }: { readonly signed: OrderSession['signed'] }) => {
  if (signed.length === 0) return null
  return (
    <section class="signed">
      <h4>{TEXTS.orders.signedTitle}</h4>
      <ul>
        {signed.flatMap(({ at, drafts }) => drafts.map((draft) => (
          <li key={draftName(draft)}>
            <Icon name="done" />
            <span><b>{orderTitle(draft)}</b> <span class="muted">{[orderDetail(draft), TEXTS.orders.signedAt(timeOf(at))].filter(Boolean).join(' · ')}</span></span>
          </li>
        )))}
      </ul>
    </section>
  )
}
