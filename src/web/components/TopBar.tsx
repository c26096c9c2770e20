import { useState } from 'preact/hooks'
import type { Effects } from '../effects.ts'
import { currentEhr, type Session } from '../session.ts'
import { canSign } from '../signing.ts'
import { TEXTS } from '../texts.ts'
import { LanguageSwitch } from './LanguageSwitch.tsx'
import { ThemeSwitch } from './ThemeSwitch.tsx'

interface BarProps {
  readonly session: Session
  readonly effects: Effects
  readonly onTour: () => void
}

/** Which EHR the page pretends to be; calls are signed as its client. */
const DialectSwitch = ({ session, effects }: Omit<BarProps, 'onTour'>) => {
  const { clients } = session.ehrs
  if (clients.length === 0 || !canSign()) return null
  return (
    <label class="dialect">
      <span>{TEXTS.dialect.label}</span>
      <select value={currentEhr(session)?.dialect} onChange={(event) => effects.chooseDialect(event.currentTarget.value)}>
        {clients.map(({ dialect }) => <option key={dialect} value={dialect}>{TEXTS.dialect.names[dialect] ?? dialect}</option>)}
      </select>
    </label>
  )
}

type Reset = 'idle' | 'asked' | 'running' | 'done' | 'failed'

/** Two steps, because it throws work away. */
const ResetButton = ({ effects }: Pick<BarProps, 'effects'>) => {
  const [state, setState] = useState<Reset>('idle')
  const run = async (): Promise<void> => {
    setState('running')
    setState(await effects.reset() ? 'done' : 'failed')
  }
  if (state === 'asked') {
    return (
      <span class="reset" role="group" aria-label={TEXTS.reset.question}>
        {TEXTS.reset.question} <button type="button" onClick={() => void run()}>{TEXTS.reset.yes}</button> <button type="button" class="quiet" onClick={() => setState('idle')}>{TEXTS.reset.no}</button>
      </span>
    )
  }
  return (
    <>
      <button type="button" class="quiet" disabled={state === 'running'} onClick={() => setState('asked')} onBlur={() => (state === 'done' ? setState('idle') : undefined)}>{TEXTS.reset[state]}</button>
      <span class="unseen" role="status">{state === 'idle' ? '' : TEXTS.reset[state]}</span>
    </>
  )
}

/** Name of the page, ways to the others, and what applies to all patients. */
export const TopBar = ({ session, effects, onTour }: BarProps) => (
  <header class="top">
    <a class="skip" href="#orders">{TEXTS.page.skip}</a>
    <h1>{TEXTS.page.title}</h1>
    <span class="tag">{TEXTS.page.tag}</span>
    <nav class="pages" aria-label={TEXTS.page.pages}><ul>{TEXTS.page.links.map(([address, label]) => <li key={address}><a href={address}>{label}</a></li>)}</ul></nav>
    <div class="tools">
      <DialectSwitch session={session} effects={effects} />
      <button type="button" class="quiet" onClick={onTour}>{TEXTS.tour.open}</button>
      <ResetButton effects={effects} />
      <LanguageSwitch />
      <ThemeSwitch />
    </div>
  </header>
)
