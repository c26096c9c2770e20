import type { Effects } from '../effects.ts'
import type { Drug, Story } from '../sandbox-api.ts'
import { TEXTS } from '../texts.ts'

interface StoryProps {
  readonly story: Story
  readonly drug: Drug | undefined
  readonly effects: Effects
}

const Expected = ({ expect }: { readonly expect: Story['expect'] }) =>
  (typeof expect === 'string' ? <p>{expect}</p> : <ul>{expect.map((line) => <li key={line}>{line}</li>)}</ul>)

/** What this demo patient is about, and the order that goes with it. */
export const StoryBox = ({ story, drug, effects }: StoryProps) => (
  <section class="story" aria-label={TEXTS.story.title}>
    <p><span class="story-tag">{TEXTS.story.title}</span> {story.story}</p>
    <div class="story-row">
      <button type="button" disabled={!drug} onClick={() => drug && effects.orderAsInStory(story, drug)}>{TEXTS.story.order}</button>
      <span class="muted">{story.order.label}</span>
    </div>
    <details>
      <summary>{TEXTS.story.expect}</summary>
      <Expected expect={story.expect} />
    </details>
  </section>
)
