import { useEffect } from 'preact/hooks'
import type { Effects } from '../effects.ts'
import { signStage, type OrderSession } from '../order-session.ts'
import { grouped } from '../plan.ts'
import type { Drug, Story } from '../sandbox-api.ts'
import type { Session } from '../session.ts'
import { draftName } from '../suggestion.ts'
import { TEXTS } from '../texts.ts'
import { CardPanel } from './CardPanel.tsx'
import { DraftOrder } from './DraftOrder.tsx'
import { DrugSearch } from './DrugSearch.tsx'
import { Notice } from './Notice.tsx'
import { PlanForm } from './PlanForm.tsx'
import { PlanView } from './PlanView.tsx'
import { SignBar } from './SignBar.tsx'
import { SignedOrders } from './SignedOrders.tsx'
import { StoryBox } from './StoryBox.tsx'

interface OrdersProps {
  readonly session: Session
  readonly orders: OrderSession
  readonly story: Story | undefined
  readonly effects: Effects
}

/** A button that goes away with its card or order takes the focus along: give it back to the pane, so that Tab goes on from here. */
const useKeptFocus = ({ drafts, cards, responses, signed }: OrderSession): void => {
  useEffect(() => {
    if (document.activeElement === document.body && drafts.length + signed.length > 0) document.getElementById('orders')?.focus({ preventScroll: true })
  }, [drafts, cards, responses, signed])
}

const NO_DRUGS: readonly Drug[] = []

const Drafts = ({ orders, drugs, effects }: { readonly orders: OrderSession; readonly drugs: readonly Drug[]; readonly effects: Effects }) => {
  if (orders.drafts.length === 0) return <p class="empty">{TEXTS.orders.empty}</p>
  const { plans, single } = grouped(orders.drafts)
  return (
    <ul class="drafts">
      {plans.map((group) => <PlanView key={group.planId} group={group} drugs={drugs} open={orders.open} effects={effects} />)}
      {single.map((draft) => (
        <DraftOrder key={draftName(draft)} draft={draft} drugs={drugs} isOpen={orders.open === draftName(draft)} effects={effects} />
      ))}
    </ul>
  )
}

const Confirmation = ({ orders, effects }: { readonly orders: OrderSession; readonly effects: Effects }) => {
  const last = orders.signed[0]
  if (!orders.isConfirming || !last) return null
  return (
    <Notice tone="done" title={TEXTS.sign.done}>
      <p>{TEXTS.sign.doneDetail(last.drafts.length)}</p>
      <button type="button" class="quiet" onClick={effects.closeConfirmation}>{TEXTS.sign.dismiss}</button>
    </Notice>
  )
}

/** Writing orders: the story's shortcut, the drug search, unsigned orders with the cards beside them, Sign. */
export const Orders = ({ session, orders, story, effects }: OrdersProps) => {
  const drugs = session.drugs.state === 'loaded' ? session.drugs.value : NO_DRUGS
  useKeptFocus(orders)
  return (
    <section class="orders" id="orders" aria-label={TEXTS.orders.title} tabIndex={-1}>
      {story ? <StoryBox story={story} isReady={drugs.length > 0} effects={effects} /> : null}
      <section class="panel entry">
        <h3>{TEXTS.orders.title}</h3>
        <DrugSearch drugs={session.drugs} onChoose={effects.addDrug} />
        <PlanForm plans={session.plans} effects={effects} />
        <Confirmation orders={orders} effects={effects} />
        <Drafts orders={orders} drugs={drugs} effects={effects} />
        <SignedOrders signed={orders.signed} />
      </section>
      <CardPanel orders={orders} patientId={session.patientId ?? ''} isFeedbackLost={session.isFeedbackLost} effects={effects} />
      {signStage(orders) === 'empty' ? null : <SignBar orders={orders} onSign={() => void effects.sign()} />}
    </section>
  )
}
