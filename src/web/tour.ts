import type { Effects } from './effects.ts'
import { signStage } from './order-session.ts'
import { currentOrders, currentStory, type Session } from './session.ts'

/** The steps, in order; their words are in the catalogue under the same keys. */
export const TOUR_STEPS = ['patient', 'record', 'order', 'card', 'change', 'sign'] as const
export type TourStep = (typeof TOUR_STEPS)[number]

/** What a step points at. */
export const TOUR_TARGETS: Readonly<Record<TourStep, string>> = {
  patient: '.patient[data-tour]', record: '.sheet', order: '.story-row button', card: '.cards .card, .cards', change: '.sheet .flag .cell, .sheet', sign: '.sign, .orders',
}

const tourPatient = ({ stories }: Session): string | undefined => (stories.state === 'loaded' ? stories.value.find(({ isTour }) => isTour)?.id : undefined)

/** Steps that the page can take for somebody who only watches. */
export const TOUR_ACTS: Readonly<Partial<Record<TourStep, (session: Session, effects: Effects) => void>>> = {
  patient: (session, effects) => {
    const id = tourPatient(session)
    if (id !== undefined) effects.choosePatient(id)
  },
  order: (session, effects) => {
    const story = currentStory(session)
    if (story) void effects.orderAsInStory(story)
  },
  sign: (_session, effects) => void effects.sign(),
}

/** Has what the step asks for been done? A step that only shows something is done by reading. */
export const isStepDone = (step: TourStep, session: Session): boolean => {
  const orders = currentOrders(session)
  if (step === 'patient') return session.patientId !== undefined && session.patientId === tourPatient(session)
  if (step === 'order') return (orders?.drafts.length ?? 0) > 0
  return step !== 'sign' || (orders !== undefined && !['empty', 'open'].includes(signStage(orders)))
}

const KEY = 'tour'

/** Where the visitor is: a step, or past it. Remembered in this browser; a new visitor is invited. */
export type TourState = 'new' | 'over' | TourStep

export const storedTour = (): TourState => {
  const value = window.localStorage.getItem(KEY)
  if (value === 'over') return 'over'
  return TOUR_STEPS.find((step) => step === value) ?? 'new'
}

export const rememberTour = (state: TourState): void => window.localStorage.setItem(KEY, state)
