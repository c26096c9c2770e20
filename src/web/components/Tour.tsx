import { useEffect, useRef } from 'preact/hooks'
import type { Effects } from '../effects.ts'
import type { Session } from '../session.ts'
import { TEXTS } from '../texts.ts'
import { isStepDone, TOUR_ACTS, TOUR_STEPS, TOUR_TARGETS, type TourState, type TourStep } from '../tour.ts'

interface TourProps {
  readonly step: TourStep
  readonly session: Session
  readonly effects: Effects
  readonly onGo: (state: TourState) => void
}

const MARK = 'tour-target'

/** Frames what the step speaks of, as soon as it is there. */
const useMarked = (step: TourStep, session: Session): void => {
  useEffect(() => {
    const target = document.querySelector(TOUR_TARGETS[step])
    target?.classList.add(MARK)
    return () => target?.classList.remove(MARK)
  }, [step, session])
  useEffect(() => document.querySelector(TOUR_TARGETS[step])?.scrollIntoView({ block: 'nearest' }), [step, session.patientId])
}

const Buttons = ({ step, session, effects, onGo }: TourProps) => {
  const at = TOUR_STEPS.indexOf(step)
  const [before, next] = [TOUR_STEPS[at - 1], TOUR_STEPS[at + 1]]
  const [act, isDone] = [TOUR_ACTS[step], isStepDone(step, session)]
  return (
    <div class="tour-buttons">
      {act && !isDone ? <button type="button" onClick={() => act(session, effects)}>{TEXTS.tour.doIt}</button> : null}
      <button type="button" class="primary" onClick={() => onGo(next ?? 'over')}>{next ? TEXTS.tour.next : TEXTS.tour.finish}</button>
      {before ? <button type="button" class="quiet" onClick={() => onGo(before)}>{TEXTS.tour.back}</button> : null}
      <button type="button" class="quiet" onClick={() => onGo('over')}>{TEXTS.tour.skip}</button>
    </div>
  )
}

/** One step of the guided tour: a note in the corner that never covers what it speaks of for keyboard users; Escape ends it. */
export const Tour = (props: TourProps) => {
  const { step, session, onGo } = props
  const heading = useRef<HTMLHeadingElement>(null)
  const words = TEXTS.tour.steps[step]
  useMarked(step, session)
  useEffect(() => heading.current?.focus(), [step])
  return (
    <aside class="tour" aria-label={TEXTS.tour.title} onKeyDown={(event) => (event.key === 'Escape' ? onGo('over') : undefined)}>
      <p class="muted">{TEXTS.tour.progress(TOUR_STEPS.indexOf(step) + 1, TOUR_STEPS.length)}</p>
      <h3 ref={heading} tabIndex={-1}>{words.title}</h3>
      <p>{words.text}</p>
      {isStepDone(step, session) && TOUR_ACTS[step] ? <p class="tour-done">{TEXTS.tour.done}</p> : null}
      <Buttons {...props} />
    </aside>
  )
}

/** For a new visitor, where there is room for it. */
export const TourInvitation = ({ onGo }: { readonly onGo: (state: TourState) => void }) => (
  <section class="invitation" aria-label={TEXTS.tour.title}>
    <p><b>{TEXTS.tour.invite}</b> {TEXTS.tour.inviteText}</p>
    <button type="button" class="primary" onClick={() => onGo(TOUR_STEPS[0])}>{TEXTS.tour.begin}</button>
    <button type="button" class="quiet" onClick={() => onGo('over')}>{TEXTS.tour.notNow}</button>
  </section>
)
