import { useEffect, useState } from 'preact/hooks'
import { LanguageSwitch } from '../../components/LanguageSwitch.tsx'
import { ThemeSwitch } from '../../components/ThemeSwitch.tsx'
import { patientName } from '../../chart.ts'
import { clock, dateOf, longDay, yearsBetween } from '../../dates.ts'
import type { Loaded } from '../session.ts'
import { TEXTS } from '../texts.ts'

const MINUTE = 60_000

/** Minutes until the access token ends; counted again every half minute. */
const useMinutesLeft = (expiresAt: number | undefined): number | undefined => {
  const left = (): number | undefined => (expiresAt === undefined ? undefined : Math.max(0, Math.ceil((expiresAt - Date.now()) / MINUTE)))
  const [minutes, setMinutes] = useState(left)
  useEffect(() => {
    const timer = setInterval(() => setMinutes(left()), MINUTE / 2)
    return () => clearInterval(timer)
  }, [expiresAt])
  return minutes
}

/** Whose record this is: shown unless the EHR says that it shows it itself. */
const PatientLine = ({ loaded: { patient, session, readAt } }: { readonly loaded: Loaded }) => {
  const born = dateOf(patient?.birthDate)
  const parts = [patient?.gender && TEXTS.patient.genders[patient.gender], born && TEXTS.patient.years(yearsBetween(born, new Date(readAt))), born && TEXTS.patient.born(longDay(born)), TEXTS.patient.id(session.patientId)]
  return (
    <p class="who" aria-label={TEXTS.patient.label}>
      <b>{(patient && patientName(patient)) || TEXTS.patient.unnamed}</b>
      <span class="muted">{parts.filter(Boolean).join(' · ')}</span>
    </p>
  )
}

/** Title, patient, how long the record may be read, and what the reader can do with the page. */
export const TopBar = ({ loaded, reload }: { readonly loaded: Loaded; readonly reload: () => void }) => {
  const { session, engine: { content }, readAt } = loaded
  const minutes = useMinutesLeft(session.expiresAt)
  return (
    <header class="top">
      <h1 title={TEXTS.page.content(content.profileTitle, content.labelRevision, content.hash)}>{TEXTS.page.title}</h1>
      {session.needsBanner ? <PatientLine loaded={loaded} /> : null}
      <p class="muted read">
        {TEXTS.page.readAt(clock(new Date(readAt)))}
        {minutes === undefined ? null : <span class={minutes === 0 ? 'lost' : ''}> · {TEXTS.page.expires(minutes)}</span>}
      </p>
      <div class="tools">
        <button type="button" class="quiet" onClick={reload} disabled={minutes === 0}>{TEXTS.page.reload}</button>
        <button type="button" class="quiet" onClick={() => window.print()}>{TEXTS.page.print}</button>
        <LanguageSwitch />
        <ThemeSwitch />
      </div>
      {minutes === 0 ? <p class="ended" role="alert">{TEXTS.page.ended}</p> : null}
    </header>
  )
}
