import type { Observation } from 'fhir/r4.js'
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import type { Effects } from '../effects.ts'
import { conceptText, shortName } from '../flowsheet.ts'
import { editedResult, resultFields, type ResultFields } from '../result.ts'
import { TEXTS } from '../texts.ts'

interface EditorProps {
  readonly result: Observation
  readonly effects: Effects
  readonly onClose: () => void
}

interface FieldProps { readonly label: string; readonly isTime?: boolean; readonly value: string; readonly onInput: (value: string) => void }

const Field = ({ label, isTime = false, value, onInput }: FieldProps) => {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {isTime
        ? <input id={id} type="datetime-local" value={value} onInput={(event) => onInput(event.currentTarget.value)} />
        : <input id={id} autocomplete="off" value={value} onInput={(event) => onInput(event.currentTarget.value)} />}
    </div>
  )
}

type State = 'editing' | 'writing' | 'incomplete' | 'refused'

/** Changes one result in the record: value, unit, time; in its place or as a further one. Decision support is asked again at once. */
export const ResultEditor = ({ result, effects, onClose }: EditorProps) => {
  const dialog = useRef<HTMLDialogElement>(null)
  const [fields, setFields] = useState<ResultFields>(() => resultFields(result))
  const [state, setState] = useState<State>('editing')
  const title = shortName(conceptText(result.code))
  useEffect(() => dialog.current?.showModal(), [])
  const set = (name: keyof ResultFields) => (value: string): void => setFields({ ...fields, [name]: value })
  const finish = async (writing: Promise<boolean>): Promise<void> => {
    setState('writing')
    if (await writing) return onClose()
    setState('refused')
  }
  const save = (isNew: boolean): void => {
    const edited = editedResult(result, fields)
    if (!edited) return setState('incomplete')
    void finish(effects.saveResult(edited, isNew))
  }
  return (
    <dialog ref={dialog} class="editor" aria-label={TEXTS.editor.title(title)} onClose={onClose}>
      <form onSubmit={(event) => { event.preventDefault(); save(false) }}>
        <h3>{TEXTS.editor.title(title)}</h3>
        <p class="muted">{TEXTS.editor.hint}</p>
        <div class="editor-fields">
          <Field label={TEXTS.editor.value} value={fields.value} onInput={set('value')} />
          <Field label={TEXTS.editor.unit} value={fields.unit} onInput={set('unit')} />
          <Field label={TEXTS.editor.at} isTime value={fields.at} onInput={set('at')} />
        </div>
        {state === 'incomplete' || state === 'refused' ? <p class="incomplete" role="alert">{TEXTS.editor[state]}</p> : null}
        <div class="editor-buttons">
          <button type="submit" class="primary" disabled={state === 'writing'}>{TEXTS.editor.save}</button>
          <button type="button" onClick={() => save(true)}>{TEXTS.editor.add}</button>
          <button type="button" class="quiet" onClick={() => void finish(effects.removeResult(result.id ?? ''))}>{TEXTS.editor.remove}</button>
          <button type="button" class="quiet" onClick={() => dialog.current?.close()}>{TEXTS.editor.cancel}</button>
        </div>
      </form>
    </dialog>
  )
}
