import type { Effects } from '../effects.ts'
import { answersOn, isMedicationDraft, orderDetail, orderTitle } from '../order.ts'
import type { Drug } from '../sandbox-api.ts'
import { draftName, type Draft } from '../suggestion.ts'
import { TEXTS } from '../texts.ts'
import { OrderForm } from './OrderForm.tsx'

interface DraftProps {
  readonly draft: Draft
  readonly drugs: readonly Drug[]
  readonly isOpen: boolean
  readonly effects: Effects
}

const noteOf = (draft: Draft): string => (isMedicationDraft(draft) ? draft.note?.map((note) => note.text).join(' ') ?? '' : '')

const Summary = ({ draft }: { readonly draft: Draft }) => {
  const answers = answersOn(draft)
  return (
    <div class="draft-what">
      <p class="draft-title">{orderTitle(draft)}</p>
      <p class="draft-detail">{orderDetail(draft) || (isMedicationDraft(draft) ? TEXTS.orders.noDose : draft.resourceType)}</p>
      {noteOf(draft) === '' ? null : <p class="muted">{noteOf(draft)}</p>}
      {answers.length === 0 ? null : <p class="muted">{TEXTS.orders.answers}: {answers.join(' · ')}</p>}
    </div>
  )
}

/** One unsigned order; medication orders open a form in place. */
export const DraftOrder = ({ draft, drugs, isOpen, effects }: DraftProps) => {
  const [name, title] = [draftName(draft), orderTitle(draft)]
  const isEditable = isMedicationDraft(draft)
  return (
    <li class={isOpen && isEditable ? 'draft draft-open' : 'draft'}>
      <div class="draft-head">
        <Summary draft={draft} />
        <div class="draft-buttons">
          {isEditable
            ? (
              <button type="button" class="quiet" aria-expanded={isOpen} aria-label={isOpen ? TEXTS.orders.closeNamed(title) : TEXTS.orders.editNamed(title)}
                onClick={() => effects.openDraft(isOpen ? undefined : name)}>
                {isOpen ? TEXTS.orders.close : TEXTS.orders.edit}
              </button>
            )
            : null}
          <button type="button" class="quiet" aria-label={TEXTS.orders.removeNamed(title)} onClick={() => effects.removeDraft(name)}>{TEXTS.orders.remove}</button>
        </div>
      </div>
      {isOpen && isMedicationDraft(draft) ? <OrderForm draft={draft} drugs={drugs} onChange={effects.editDraft} /> : null}
    </li>
  )
}
