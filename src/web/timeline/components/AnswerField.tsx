import type { AssertionsFile } from '../../../content/schema/facts.ts'
import { wordsOf } from '../answers.ts'
import type { Answer } from '../hypothesis.ts'
import { TEXTS } from '../texts.ts'

interface FieldProps { readonly id: string; readonly declared: AssertionsFile[string]; readonly value: Answer | undefined; readonly none: string; readonly say: (text: string) => string; readonly onAnswer: (value: Answer | undefined) => void }

const numberOf = (text: string): number | undefined => (text.trim() === '' || !Number.isFinite(Number(text)) ? undefined : Number(text))

interface Choice { readonly value: string; readonly label: string }

const Choices = ({ id, value, none, choices, onChoice }: { readonly id: string; readonly value: string; readonly none: string; readonly choices: readonly Choice[]; readonly onChoice: (value: string) => void }) => (
  <select id={id} value={value} onChange={(event) => onChoice(event.currentTarget.value)}>
    <option value="">{none}</option>
    {choices.map((choice) => <option key={choice.value} value={choice.value}>{choice.label}</option>)}
  </select>
)

const BOOLEANS: readonly Choice[] = [{ value: 'true', label: TEXTS.questions.yes }, { value: 'false', label: TEXTS.questions.no }]

/** An input of the type that an answer is declared to have. */
export const AnswerField = ({ id, declared, value, none, say, onAnswer }: FieldProps) => {
  const text = value === undefined ? '' : String(value)
  switch (declared.type) {
    case 'boolean': return <Choices id={id} value={text} none={none} choices={BOOLEANS} onChoice={(one) => onAnswer(one === '' ? undefined : one === 'true')} />
    case 'code': return <Choices id={id} value={text} none={none} choices={(declared.codes ?? []).map((code) => ({ value: code, label: wordsOf(code, say) }))} onChoice={(one) => onAnswer(one === '' ? undefined : one)} />
    case 'date': return <input id={id} type="date" value={text} onInput={(event) => onAnswer(event.currentTarget.value || undefined)} />
    case 'integer': case 'decimal': return <input id={id} type="number" step={declared.type === 'integer' ? 1 : 'any'} value={text} placeholder={none} onInput={(event) => onAnswer(numberOf(event.currentTarget.value))} />
    case 'string': return <input id={id} type="text" value={text} placeholder={none} onInput={(event) => onAnswer(event.currentTarget.value.trim() || undefined)} />
  }
}
