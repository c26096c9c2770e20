import { useMemo, useState } from 'preact/hooks'
import { hasCourse, type Subject, viewOf } from '../view.ts'
import { type Answers, type Hypothesis, isEmpty, NOTHING } from '../hypothesis.ts'
import type { Loaded } from '../session.ts'
import { TEXTS } from '../texts.ts'
import { TopBar } from './TopBar.tsx'
import { Verdict } from './Verdict.tsx'
import { RuleList } from './RuleList.tsx'

const Empty = ({ ask }: { readonly ask: () => void }) => (
  <section class="panel none">
    <h2>{TEXTS.empty.title}</h2>
    <p>{TEXTS.empty.text}</p>
    <button type="button" onClick={ask}>{TEXTS.empty.ask}</button>
  </section>
)

/** The page: one patient, the dose that comes next, and why each rule says what it says. */
export const App = ({ loaded, reload }: { readonly loaded: Loaded; readonly reload: () => void }) => {
  const { engine, record, session, readAt } = loaded
  const [answers] = useState<Answers>({})
  const [hypothesis] = useState<Hypothesis>(NOTHING)
  const [isAsked, setAsked] = useState(session.appContext !== undefined)
  const subject = useMemo((): Subject => ({ engine, record, patientId: session.patientId, now: readAt, answers }), [loaded, answers])
  const base = useMemo(() => viewOf(subject), [subject])
  const shown = useMemo(() => (isEmpty(hypothesis) ? base : viewOf(subject, hypothesis)), [base, hypothesis])
  const isKnown = useMemo(() => hasCourse(subject), [subject])
  return (
    <div class="app">
      <a class="skip" href="#dose">{TEXTS.page.skip}</a>
      <TopBar loaded={loaded} reload={reload} />
      <main class="page">
        {isKnown || isAsked ? <><Verdict view={shown} order={engine.content.timeline.order} /><RuleList view={shown} /></> : <Empty ask={() => setAsked(true)} />}
      </main>
    </div>
  )
}
