import type { ComponentChildren } from 'preact'
import { useId, useState } from 'preact/hooks'
import { fieldsOf, withFields, type MedicationDraft, type OrderFields } from '../order.ts'
import type { Drug } from '../sandbox-api.ts'
import type { Draft } from '../suggestion.ts'
import { TEXTS } from '../texts.ts'

interface FormProps {
  readonly draft: MedicationDraft
  readonly drugs: readonly Drug[]
  readonly onChange: (draft: Draft) => void
}

const choices = (own: string, ofList: readonly string[]): readonly string[] => [...new Set([own, ...ofList])].filter((choice) => choice !== '')

interface SelectProps {
  readonly id: string
  readonly value: string
  readonly options: readonly string[]
  readonly onChoose: (value: string) => void
}

const Select = ({ id, value, options, onChoose }: SelectProps) => (
  <select id={id} value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
    {options.map((option) => <option key={option} value={option}>{option}</option>)}
  </select>
)

const Field = ({ id, label, size, children }: { readonly id: string; readonly label: string; readonly size: string; readonly children: ComponentChildren }) => (
  <div class={`field field-${size}`}>
    <label for={id}>{label}</label>
    {children}
  </div>
)

/** Dose, unit, time, route and note of a medication order. Every change goes into the draft at once; decision support follows after a pause. */
export const OrderForm = ({ draft, drugs, onChange }: FormProps) => {
  const id = useId()
  const fields = fieldsOf(draft)
  // What is being typed: "1." and "" are not doses yet, but must stay in the box.
  const [typed, setTyped] = useState<{ readonly text: string; readonly of: string }>({ text: fields.dose, of: fields.dose })
  const dose = typed.of === fields.dose ? typed.text : fields.dose
  const change = (patch: Partial<OrderFields>): void => onChange(withFields(draft, { ...fields, ...patch }, drugs))
  const typeDose = (text: string): void => {
    const next = withFields(draft, { ...fields, dose: text }, drugs)
    setTyped({ text, of: fieldsOf(next).dose })
    onChange(next)
  }
  const units = choices(fields.unit, drugs.map((drug) => drug.dose.unit))
  const { fields: labels } = TEXTS.orders
  return (
    <form class="order-form" onSubmit={(event) => event.preventDefault()}>
      <Field id={`${id}dose`} label={labels.dose} size="s">
        <input id={`${id}dose`} inputMode="decimal" autocomplete="off" value={dose} onInput={(event) => typeDose(event.currentTarget.value)} />
      </Field>
      <Field id={`${id}unit`} label={labels.unit} size="s">
        <Select id={`${id}unit`} value={fields.unit} options={units} onChoose={(unit) => change({ unit })} />
      </Field>
      <Field id={`${id}at`} label={labels.at} size="m">
        <input id={`${id}at`} type="datetime-local" value={fields.at} onInput={(event) => change({ at: event.currentTarget.value })} />
      </Field>
      <Field id={`${id}route`} label={labels.route} size="m">
        <Select id={`${id}route`} value={fields.route} options={choices(fields.route, drugs.map((drug) => drug.route.text))} onChoose={(route) => change({ route })} />
      </Field>
      <Field id={`${id}note`} label={labels.note} size="l">
        <input id={`${id}note`} autocomplete="off" value={fields.note} onInput={(event) => change({ note: event.currentTarget.value })} />
      </Field>
    </form>
  )
}
