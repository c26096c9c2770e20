import { contextOf } from './checks.ts'
import { plannedTime } from './dates.ts'
import type { Desk } from './effects.ts'
import { draftOf, type OrderHeader } from './order.ts'
import { movedPlan, planDrafts, type CycleStart, type PlanGroup } from './plan.ts'
import type { Drug, Plan, Story, StoryOrder } from './sandbox-api.ts'
import { draftName, type Draft } from './suggestion.ts'

/** Writing, changing and removing unsigned orders; each asks decision support anew. */
export interface DraftEffects {
  readonly addDrug: (drug: Drug) => void
  readonly orderAsInStory: (story: Story) => Promise<void>
  readonly addPlan: (plan: Plan, start: CycleStart) => void
  readonly movePlan: (group: PlanGroup, days: number) => void
  readonly removePlan: (group: PlanGroup) => void
  readonly editDraft: (draft: Draft) => void
  readonly removeDraft: (name: string) => void
  readonly openDraft: (name?: string) => void
}

/** The part of the effects that is about drafts. */
export const draftEffects = ({ store, checks, send }: Desk, newId: () => string): DraftEffects => {
  const header = (): OrderHeader => ({ id: newId(), now: new Date(), ...contextOf(store, store.current().patientId ?? '') })
  const drugOf = (id: string): Drug | undefined => {
    const { drugs } = store.current()
    return drugs.state === 'loaded' ? drugs.value.find((drug) => drug.id === id) : undefined
  }
  const add = (drafts: readonly Draft[]): Promise<void> => {
    send({ type: 'drafts-added', drafts })
    return checks.now('order-select')
  }
  const ordered = ({ drug: id, dayOffset, dose, note }: StoryOrder): readonly Draft[] => {
    const drug = drugOf(id)
    return drug ? [draftOf(drug, header(), plannedTime(new Date(), dayOffset), dose, note)] : []
  }
  return {
    addDrug: (drug) => void add([draftOf(drug, header(), plannedTime(new Date(), 0))]),
    orderAsInStory: ({ order, also }) => add([order, ...also].flatMap(ordered)),
    addPlan: (plan, start) => {
      const drug = drugOf(plan.drug)
      if (drug) void add(planDrafts(plan, drug, start, header, newId()))
    },
    movePlan: (group, days) => {
      for (const draft of movedPlan(group, days)) send({ type: 'draft-changed', draft })
      checks.soon()
    },
    removePlan: ({ drafts }) => {
      for (const draft of drafts) send({ type: 'draft-removed', name: draftName(draft) })
      void checks.now('order-select')
    },
    editDraft: (draft) => {
      send({ type: 'draft-changed', draft })
      checks.soon()
    },
    removeDraft: (name) => {
      send({ type: 'draft-removed', name })
      void checks.now('order-select')
    },
    openDraft: (name) => send({ type: 'draft-opened', ...(name === undefined ? {} : { name }) }),
  }
}
