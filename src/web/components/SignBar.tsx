import { useEffect } from 'preact/hooks'
import { signStage, unansweredCriticals, type OrderSession, type SignStage } from '../order-session.ts'
import { TEXTS } from '../texts.ts'

const hint = (stage: SignStage, orders: OrderSession): string => {
  if (stage === 'blocked') return TEXTS.sign.blocked(unansweredCriticals(orders).length)
  if (stage === 'ready') return TEXTS.sign.ready
  return stage === 'unchecked' ? TEXTS.sign.unchecked : TEXTS.sign.orders(orders.drafts.length)
}

const goToCard = (): void => {
  const card = document.querySelector<HTMLElement>('[data-unanswered] h4')
  card?.scrollIntoView({ block: 'center' })
  card?.focus()
}

/** Sign, and what stands in its way. Critical cards keep it closed until each is answered. */
export const SignBar = ({ orders, onSign }: { readonly orders: OrderSession; readonly onSign: () => void }) => {
  const stage = signStage(orders)
  const waiting = unansweredCriticals(orders).length
  useEffect(() => {
    if (stage === 'blocked') goToCard()
  }, [stage, waiting])
  const isHeld = stage === 'blocked' || stage === 'checking'
  return (
    <div class={`sign sign-${stage}`}>
      <p id="sign-hint" role={isHeld ? 'status' : undefined}>
        {hint(stage, orders)}
        {stage === 'blocked' ? <> <button type="button" class="link" onClick={goToCard}>{TEXTS.sign.toCard}</button></> : null}
      </p>
      <button type="button" class="primary" aria-disabled={isHeld} aria-describedby="sign-hint" onClick={isHeld ? undefined : onSign}>{TEXTS.sign.label[stage]}</button>
    </div>
  )
}
