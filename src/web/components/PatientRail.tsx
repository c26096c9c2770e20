import { useEffect, useRef, useState } from 'preact/hooks'
import type { Effects } from '../effects.ts'
import { roveFocus } from '../rove.ts'
import type { Story } from '../sandbox-api.ts'
import { currentStory, type Session } from '../session.ts'
import { TEXTS } from '../texts.ts'
import { Notice } from './Notice.tsx'

interface RailProps {
  readonly session: Session
  readonly effects: Effects
}

const Badge = ({ session, id }: { readonly session: Session; readonly id: string }) => {
  const orders = session.orders[id]
  if (orders && orders.drafts.length > 0) return <span class="badge">{TEXTS.patients.unsigned(orders.drafts.length)}</span>
  return orders && orders.signed.length > 0 ? <span class="badge badge-done">{TEXTS.patients.signed}</span> : null
}

interface ItemProps extends RailProps {
  readonly story: Story
  readonly isTabStop: boolean
  readonly onChoose: () => void
}

const Item = ({ session, effects, story, isTabStop, onChoose }: ItemProps) => {
  const isCurrent = story.id === session.patientId
  const choose = (): void => {
    effects.choosePatient(story.id)
    onChoose()
  }
  return (
    <li>
      <button type="button" class="patient" {...(story.isTour ? { 'data-tour': '' } : {})} tabIndex={isTabStop ? 0 : -1} aria-current={isCurrent ? 'true' : undefined} onClick={choose}>
        <span class="patient-name">{story.name}<Badge session={session} id={story.id} /></span>
        <span class="patient-shows">{story.shows}</span>
      </button>
    </li>
  )
}

const List = ({ session, effects, onChoose }: RailProps & { readonly onChoose: () => void }) => {
  const list = useRef<HTMLDivElement>(null)
  const { stories } = session
  if (stories.state === 'loading') return <p class="empty">{TEXTS.page.loading}</p>
  if (stories.state === 'failed') {
    return <Notice tone="warning" role="alert" title={TEXTS.patients.failed}><button type="button" onClick={() => void effects.start()}>{TEXTS.page.reload}</button></Notice>
  }
  if (stories.value.length === 0) return <p class="empty">{TEXTS.patients.none}</p>
  const tabStop = session.patientId ?? stories.value[0]?.id
  return (
    <div ref={list} class="chapters" onKeyDown={(event) => roveFocus(event, list.current)}>
      {[...Map.groupBy(stories.value, ({ chapter }) => chapter)].map(([chapter, some]) => (
        <section key={chapter} aria-label={chapter}>
          <h3>{chapter}</h3>
          <ul>
            {some.map((story) => <Item key={story.id} story={story} session={session} effects={effects} isTabStop={story.id === tabStop} onChoose={onChoose} />)}
          </ul>
        </section>
      ))}
    </div>
  )
}

/** The list of demo patients: arrow keys move, Enter opens. On a narrow screen it folds once a patient is open. */
export const PatientRail = ({ session, effects }: RailProps) => {
  const [isOpen, setOpen] = useState(true)
  const story = currentStory(session)
  // A link may open a patient as well.
  useEffect(() => setOpen(session.patientId === undefined), [session.patientId])
  return (
    <nav class={isOpen ? 'rail' : 'rail rail-folded'} aria-label={TEXTS.patients.title}>
      <div class="rail-head">
        <h2>{TEXTS.patients.title}</h2>
        {story
          ? <button type="button" class="quiet rail-fold" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>{isOpen ? TEXTS.patients.hide : TEXTS.patients.change}</button>
          : null}
      </div>
      <List session={session} effects={effects} onChoose={() => setOpen(false)} />
    </nav>
  )
}
