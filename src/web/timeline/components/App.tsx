import { useMemo, useState } from 'preact/hooks'
import { Notice } from '../../components/Notice.tsx'
import { type Answers, type Hypothesis, isEmpty, NOTHING } from '../hypothesis.ts'
import { clockOf, courseOf } from '../moments.ts'
import { chartsOf } from '../results.ts'
import { firedIn, unreadIn } from '../rules.ts'
import type { Loaded } from '../session.ts'
import { supposedWords } from '../supposed.ts'
import { TEXTS } from '../texts.ts'
import { hasCourse, type Subject, viewOf } from '../view.ts'
import { CoursePanel } from './CoursePanel.tsx'
import { HoldsPanel } from './HoldsPanel.tsx'
import { PlanPanel } from './PlanPanel.tsx'
import { Questions } from './Questions.tsx'
import { ResultsPanel } from './ResultsPanel.tsx'
import { RuleList } from './RuleList.tsx'
import { Summary } from './Summary.tsx'
import { TopBar } from './TopBar.tsx'
import { Verdict } from './Verdict.tsx'
import { VodPanel } from './VodPanel.tsx'
import { WhatIf } from './WhatIf.tsx'

interface AppProps { readonly loaded: Loaded; readonly reload: () => void }

/** No course on record; where a source could not be read, that cannot even be told. */
const Empty = ({ unread, ask }: { readonly unread: readonly string[]; readonly ask: () => void }) => (
  <section class="panel none">
    <h2>{unread.length > 0 ? TEXTS.empty.untold : TEXTS.empty.title}</h2>
    {unread.length > 0 ? <Notice tone="warning"><p>{TEXTS.unread(unread.join('; '))}</p></Notice> : <p>{TEXTS.empty.text}</p>}
    <button type="button" onClick={ask}>{TEXTS.empty.ask}</button>
  </section>
)

const Sections = () => (
  <nav class="sections" aria-label={TEXTS.page.sections}>{TEXTS.sections.map(([id, words]) => <a key={id} href={`#${id}`}>{words}</a>)}</nav>
)

/** What the card spoke of when it launched the app, as its link says: references only, `{"rule":"…","order":"…"}`. */
function ofCard(appContext: string | undefined, member: 'rule' | 'order'): string | undefined {
  try {
    const said: unknown = JSON.parse(appContext ?? '')
    const value: unknown = typeof said === 'object' && said !== null ? Reflect.get(said, member) : undefined
    return typeof value === 'string' ? value : undefined
  } catch {
    return undefined
  }
}

const Panels = ({ loaded, reload, subject, answers, use }: AppProps & { readonly subject: Subject; readonly answers: Answers; readonly use: (answers: Answers) => void }) => {
  const { engine, session } = loaded
  const [hypothesis, suppose] = useState<Hypothesis>(NOTHING)
  const base = useMemo(() => viewOf(subject), [subject])
  const shown = useMemo(() => (isEmpty(hypothesis) ? base : viewOf(subject, hypothesis)), [base, hypothesis])
  const course = useMemo(() => courseOf(engine, shown), [shown])
  const charts = useMemo(() => chartsOf(engine, shown), [shown])
  const doses = useMemo(() => course.days.filter(({ kind }) => kind === 'given').map(({ at }) => at.at), [course])
  const clock = useMemo(() => clockOf(engine), [engine])
  const supposed = supposedWords(engine, hypothesis)
  const { calendar } = engine
  return (
    <>
      {supposed === '' ? null : <div class="hypothesis" role="status"><p>{TEXTS.whatIf.banner(supposed)}</p><button type="button" onClick={() => suppose(NOTHING)}>{TEXTS.whatIf.reset}</button></div>}
      <main class={supposed === '' ? 'page' : 'page supposed'}>
        <div class="wide-column">
          <Verdict view={shown} order={engine.content.timeline.order} cardOrder={subject.order} />
          <CoursePanel course={course} clock={clock} calendar={calendar} />
          <ResultsPanel charts={charts} doses={doses} now={subject.now} calendar={calendar} />
          <VodPanel engine={engine} scope={shown.scope} />
          <RuleList view={shown} ofCard={ofCard(session.appContext, 'rule')} />
        </div>
        <div class="side-column">
          <WhatIf subject={subject} base={base} shown={shown} hypothesis={hypothesis} suppose={suppose} />
          <HoldsPanel course={course} clock={clock} calendar={calendar} fired={firedIn(shown.dose)} />
          <PlanPanel engine={engine} scope={shown.scope} />
          <Questions loaded={loaded} scope={shown.scope} answers={answers} use={use} reload={reload} />
        </div>
      </main>
      <Summary loaded={loaded} view={shown} course={course} charts={charts} supposed={supposed} />
    </>
  )
}

/** The page: one patient, the dose that comes next, and why each rule says what it says. */
export const App = ({ loaded, reload }: AppProps) => {
  const { engine, record, session, readAt } = loaded
  const [answers, use] = useState<Answers>({})
  const [isAsked, setAsked] = useState(session.appContext !== undefined)
  const subject = useMemo((): Subject => ({ engine, record, patientId: session.patientId, now: readAt, answers, order: ofCard(session.appContext, 'order') }), [loaded, answers])
  const isKnown = useMemo(() => hasCourse(subject), [subject])
  const unread = useMemo(() => unreadIn(viewOf(subject)), [subject])
  return (
    <div class="app">
      <a class="skip" href="#dose">{TEXTS.page.skip}</a>
      <TopBar loaded={loaded} reload={reload} />
      {isKnown || isAsked ? <><Sections /><Panels loaded={loaded} reload={reload} subject={subject} answers={answers} use={use} /></> : <main class="page"><Empty unread={unread} ask={() => setAsked(true)} /></main>}
    </div>
  )
}
