import { useState } from 'preact/hooks'
import { Notice } from '../../components/Notice.tsx'
import type { Present } from '../../../facts/fact.ts'
import type { Scope } from '../../../facts/scope.ts'
import { factOf, mayAnswer, termOf, wordsOf } from '../answers.ts'
import { createResource } from '../fhir-reader.ts'
import { type Answer, type Answers, responseOf } from '../hypothesis.ts'
import type { Loaded } from '../session.ts'
import { TEXTS } from '../texts.ts'
import { AnswerField } from './AnswerField.tsx'

interface QuestionsProps { readonly loaded: Loaded; readonly scope: Scope; readonly answers: Answers; readonly use: (answers: Answers) => void; readonly reload: () => void }
type Said = 'saved' | 'failed' | 'nothing'

const knownWords = ({ value, text }: Present, say: (text: string) => string): string => (typeof value === 'boolean' ? TEXTS.questions[value ? 'yes' : 'no'] : wordsOf(text, say))

const Row = ({ loaded: { engine }, scope, name, value, set }: { readonly loaded: Loaded; readonly scope: Scope; readonly name: string; readonly value: Answer | undefined; readonly set: (value: Answer | undefined) => void }) => {
  const declared = engine.content.mapping.assertions[name]
  if (!declared) return null
  const say = engine.content.phrases.of
  const known = scope.fact(factOf(name))
  return (
    <div class="field question">
      <label for={`answer-${name}`}>{declared.title}</label>
      <AnswerField id={`answer-${name}`} declared={declared} value={value} none={TEXTS.questions.open} say={say} onAnswer={set} />
      <small class="muted">{known.state === 'present' ? `${TEXTS.questions.known(knownWords(known, say))}${known.at ? `, ${engine.calendar.iso(known.at)}` : ''} · ` : ''}{termOf(declared)}</small>
    </div>
  )
}

/** Questions whose answers the rules read: used on this page, or saved as a QuestionnaireResponse where the session may write. */
export const Questions = ({ loaded, scope, answers, use, reload }: QuestionsProps) => {
  const [draft, setDraft] = useState<Readonly<Record<string, Answer | undefined>>>(answers)
  const [said, setSaid] = useState<Said>()
  const { engine, session } = loaded
  const given = (): Answers => Object.fromEntries(Object.entries(draft).filter((pair): pair is [string, Answer] => pair[1] !== undefined))
  const canSave = mayAnswer(session.scope)
  const save = async (): Promise<void> => {
    if (Object.keys(given()).length === 0) return setSaid('nothing')
    const failure = await createResource(session, responseOf(engine, given(), session.patientId, Date.now()))
    setSaid(failure ? 'failed' : 'saved')
    if (failure) return use(given())
    return reload()
  }
  const discard = (): void => {
    setDraft({})
    use({})
    setSaid(undefined)
  }
  return (
    <section id="questions" class="panel" aria-labelledby="questions-heading">
      <h2 id="questions-heading">{TEXTS.questions.heading}</h2>
      <p class="muted">{TEXTS.questions.intro}{canSave ? '' : ` ${TEXTS.questions.localOnly}`}</p>
      <form onSubmit={(event) => { event.preventDefault(); use(given()) }}>
        <div class="fields">{engine.content.timeline.questions.map((name) => <Row key={name} loaded={loaded} scope={scope} name={name} value={draft[name]} set={(value) => setDraft({ ...draft, [name]: value })} />)}</div>
        <div class="form-foot">
          <button type="submit">{TEXTS.questions.use}</button>
          {canSave ? <button type="button" onClick={() => void save()}>{TEXTS.questions.save}</button> : null}
          {Object.keys(answers).length > 0 ? <><button type="button" class="quiet" onClick={discard}>{TEXTS.questions.discard}</button><span class="muted">{TEXTS.questions.here(Object.keys(answers).length)}</span></> : null}
        </div>
      </form>
      {said === undefined ? null : <Notice tone={said === 'failed' ? 'warning' : 'info'} role="status"><p>{TEXTS.questions[said]}</p></Notice>}
    </section>
  )
}
