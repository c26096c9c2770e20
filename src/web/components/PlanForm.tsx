import { useId, useState } from 'preact/hooks'
import { localInput, plannedTime } from '../dates.ts'
import type { Effects } from '../effects.ts'
import type { Plan } from '../sandbox-api.ts'
import { TEXTS } from '../texts.ts'

interface FormProps { readonly plans: readonly Plan[]; readonly effects: Effects; readonly onDone: () => void }

/** Which cycle, which plan, from when: written as one order for each day. */
const Form = ({ plans, effects, onDone }: FormProps) => {
  const ids = [useId(), useId(), useId()]
  const [planId, setPlan] = useState(plans[0]?.id ?? '')
  const [cycle, setCycle] = useState('1')
  const [day1, setDay1] = useState(() => localInput(plannedTime(new Date(), 0)))
  const submit = (event: Event): void => {
    event.preventDefault()
    const plan = plans.find(({ id }) => id === planId)
    const start = new Date(day1)
    if (!plan || day1 === '' || !(Number(cycle) >= 1)) return
    effects.addPlan(plan, { cycle: Math.floor(Number(cycle)), day1: start })
    onDone()
  }
  return (
    <form class="plan-form" onSubmit={submit}>
      <div class="field field-wide">
        <label for={ids[0]}>{TEXTS.plan.which}</label>
        <select id={ids[0]} value={planId} onChange={(event) => setPlan(event.currentTarget.value)}>{plans.map(({ id, title }) => <option key={id} value={id}>{title}</option>)}</select>
      </div>
      <div class="field"><label for={ids[1]}>{TEXTS.plan.cycle}</label><input id={ids[1]} type="number" min="1" max="20" required value={cycle} onInput={(event) => setCycle(event.currentTarget.value)} /></div>
      <div class="field"><label for={ids[2]}>{TEXTS.plan.day1}</label><input id={ids[2]} type="datetime-local" required value={day1} onInput={(event) => setDay1(event.currentTarget.value)} /></div>
      <div class="plan-buttons"><button type="submit">{TEXTS.plan.write}</button><button type="button" class="quiet" onClick={onDone}>{TEXTS.plan.cancel}</button></div>
    </form>
  )
}

/** Opens the form that writes a whole cycle. */
export const PlanForm = ({ plans, effects }: Omit<FormProps, 'onDone'>) => {
  const [isOpen, setOpen] = useState(false)
  if (plans.length === 0) return null
  if (isOpen) return <Form plans={plans} effects={effects} onDone={() => setOpen(false)} />
  return <button type="button" class="quiet plan-open" onClick={() => setOpen(true)}>{TEXTS.plan.open}</button>
}
