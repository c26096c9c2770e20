import type { Coding } from 'fhir/r4.js'
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { TEXTS } from '../texts.ts'
import type { Card } from '../wire.ts'

interface OverrideProps {
  readonly card: Card
  readonly onCancel: () => void
  readonly onOverride: (card: Card, reason: Coding | undefined, comment: string) => void
}

interface ReasonsProps {
  readonly reasons: readonly Coding[]
  readonly chosen: Coding | undefined
  readonly onChoose: (reason: Coding) => void
}

const Reasons = ({ reasons, chosen, onChoose }: ReasonsProps) => {
  const name = useId()
  const first = useRef<HTMLInputElement>(null)
  useLayoutEffect(() => first.current?.focus(), [])
  return (
    <fieldset>
      <legend>{TEXTS.cards.overrideTitle}</legend>
      {reasons.map((reason, index) => (
        <label key={reason.code} class="reason">
          <input type="radio" name={name} ref={index === 0 ? first : null} checked={reason === chosen} onChange={() => onChoose(reason)} />
          {reason.display ?? reason.code}
        </label>
      ))}
    </fieldset>
  )
}

/** Where the service gives reasons one must be chosen; where it gives none the comment is the reason. */
export const OverrideForm = ({ card, onCancel, onOverride }: OverrideProps) => {
  const id = useId()
  const reasons = card.overrideReasons ?? []
  const [reason, setReason] = useState<Coding>()
  const [comment, setComment] = useState('')
  const [isIncomplete, setIncomplete] = useState(false)
  const isEnough = reasons.length > 0 ? reason !== undefined : comment.trim() !== ''
  const submit = (event: Event): void => {
    event.preventDefault()
    if (!isEnough) return setIncomplete(true)
    onOverride(card, reason, comment.trim())
  }
  const wanted = reasons.length > 0 ? TEXTS.cards.needsReason : TEXTS.cards.needsComment
  return (
    <form class="override" onSubmit={submit} onKeyDown={(event) => (event.key === 'Escape' ? onCancel() : undefined)}>
      {reasons.length > 0 ? <Reasons reasons={reasons} chosen={reason} onChoose={setReason} /> : null}
      <label for={id}>{TEXTS.cards.comment}{reasons.length > 0 ? <span class="muted"> ({TEXTS.cards.optional})</span> : null}</label>
      <input id={id} autocomplete="off" maxLength={1000} value={comment} onInput={(event) => setComment(event.currentTarget.value)} />
      {isIncomplete && !isEnough ? <p class="incomplete" role="alert">{wanted}</p> : null}
      <div class="override-buttons">
        <button type="submit">{TEXTS.cards.confirmOverride}</button>
        <button type="button" class="quiet" onClick={onCancel}>{TEXTS.cards.cancel}</button>
      </div>
    </form>
  )
}
