import type { Effects } from '../effects.ts'
import { clock, dateOf, longDay } from '../dates.ts'
import { fieldsOf, orderTitle, type MedicationDraft } from '../order.ts'
import { gapBefore, type PlanGroup } from '../plan.ts'
import type { Drug } from '../sandbox-api.ts'
import { draftName } from '../suggestion.ts'
import { TEXTS } from '../texts.ts'
import { plannedIn } from '../timing.ts'
import { OrderForm } from './OrderForm.tsx'

interface PlanProps {
  readonly group: PlanGroup
  readonly drugs: readonly Drug[]
  readonly open: string | undefined
  readonly effects: Effects
}

const noteOf = (draft: MedicationDraft): string => draft.note?.map(({ text }) => text).join(' ') || orderTitle(draft)

interface DoseProps { readonly draft: MedicationDraft; readonly gap: number | undefined; readonly isOpen: boolean; readonly effects: Effects }

const Dose = ({ draft, gap, isOpen, effects }: DoseProps) => {
  const [name, note, fields] = [draftName(draft), noteOf(draft), fieldsOf(draft)]
  const at = dateOf(plannedIn(draft.dosageInstruction?.[0]?.timing))
  return (
    <li class={isOpen ? 'dose dose-open' : 'dose'}>
      <p class="dose-gap">{gap === undefined ? TEXTS.plan.start : TEXTS.plan.gap(gap)}</p>
      <p class="draft-title">{note}</p>
      <p>{at ? `${longDay(at)}, ${clock(at)}` : TEXTS.plan.noDate}</p>
      <p><b>{fields.dose === '' ? TEXTS.orders.noDose : `${fields.dose} ${fields.unit}`}</b></p>
      <p class="dose-buttons">
        <button type="button" class="quiet" aria-expanded={isOpen} aria-label={isOpen ? TEXTS.orders.closeNamed(note) : TEXTS.orders.editNamed(note)} onClick={() => effects.openDraft(isOpen ? undefined : name)}>{isOpen ? TEXTS.orders.close : TEXTS.orders.edit}</button>
        <button type="button" class="quiet" aria-label={TEXTS.orders.removeNamed(note)} onClick={() => effects.removeDraft(name)}>{TEXTS.orders.remove}</button>
      </p>
    </li>
  )
}

/** A cycle as one plan: its doses side by side with the days between them; it can be moved as a whole, and each dose is an order of its own. */
export const PlanView = ({ group, drugs, open, effects }: PlanProps) => {
  const { drafts } = group
  const [first] = drafts
  const opened = drafts.find((draft) => draftName(draft) === open)
  return (
    <li class="plan" aria-label={TEXTS.plan.title}>
      <div class="plan-head">
        <p class="draft-title">{TEXTS.plan.title} <span class="muted">{first ? orderTitle(first) : ''} · {TEXTS.plan.orders(drafts.length)}</span></p>
        <span class="plan-buttons">
          <button type="button" class="quiet" onClick={() => effects.movePlan(group, -1)}>{TEXTS.plan.earlier}</button>
          <button type="button" class="quiet" onClick={() => effects.movePlan(group, 1)}>{TEXTS.plan.later}</button>
          <button type="button" class="quiet" onClick={() => effects.removePlan(group)}>{TEXTS.plan.remove}</button>
        </span>
      </div>
      <ol class="doses">
        {drafts.map((draft, i) => <Dose key={draftName(draft)} draft={draft} gap={gapBefore(drafts, i)} isOpen={draft === opened} effects={effects} />)}
      </ol>
      {opened ? <OrderForm key={draftName(opened)} draft={opened} drugs={drugs} onChange={effects.editDraft} /> : null}
    </li>
  )
}
