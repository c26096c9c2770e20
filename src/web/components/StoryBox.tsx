import { searchOf } from '../address.ts'
import type { Effects } from '../effects.ts'
import type { Story } from '../sandbox-api.ts'
import { TEXTS } from '../texts.ts'
import { CopyButton } from './CopyButton.tsx'

interface StoryProps {
  readonly story: Story
  readonly isReady: boolean
  readonly effects: Effects
}

const labelOf = ({ order, also }: Story): string => [order, ...also].map(({ label }) => label).join(' + ')

/** What this demo patient is about, and the order that goes with it. */
export const StoryBox = ({ story, isReady, effects }: StoryProps) => (
  <section class="story" aria-label={TEXTS.story.title}>
    <p><span class="story-tag">{TEXTS.story.title}</span> {story.story}</p>
    <div class="story-row">
      <button type="button" disabled={!isReady} onClick={() => effects.orderAsInStory(story)}>{TEXTS.story.order}</button>
      <span class="muted">{labelOf(story)}</span>
      <CopyButton label={TEXTS.story.link} text={() => `${window.location.origin}${window.location.pathname}${searchOf({ patientId: story.id, act: 'order' })}`} />
    </div>
    <details>
      <summary>{TEXTS.story.expect}</summary>
      <ul>{story.expect.map((line) => <li key={line}>{line}</li>)}</ul>
    </details>
  </section>
)
