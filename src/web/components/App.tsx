import { useEffect } from 'preact/hooks'
import type { Effects } from '../effects.ts'
import { currentOrders, currentStory, type Session } from '../session.ts'
import { useSession, type Store } from '../store.ts'
import { TEXTS } from '../texts.ts'
import { Announcer } from './Announcer.tsx'
import { Banner } from './Banner.tsx'
import { CallStrip } from './CallStrip.tsx'
import { Chart } from './Chart.tsx'
import { Orders } from './Orders.tsx'
import { PatientRail } from './PatientRail.tsx'
import { ThemeSwitch } from './ThemeSwitch.tsx'

interface AppProps {
  readonly store: Store
  readonly effects: Effects
}

const useShortcuts = (effects: Effects): void => {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const isTyping = event.target instanceof HTMLElement && event.target.matches('input, textarea, select')
      // A held key must not run from Sign through to completing.
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.repeat) {
        event.preventDefault()
        void effects.sign()
      }
      if (event.key === '/' && !isTyping) {
        event.preventDefault()
        document.getElementById('drug-search')?.focus()
      }
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [effects])
}

const TopBar = () => (
  <header class="top">
    <a class="skip" href="#orders">{TEXTS.page.skip}</a>
    <h1>{TEXTS.page.title}</h1>
    <span class="tag">{TEXTS.page.tag}</span>
    <ul class="shortcuts">
      {TEXTS.page.shortcuts.map(([keys, what]) => <li key={keys}><kbd>{keys}</kbd> {what}</li>)}
    </ul>
    <ThemeSwitch />
  </header>
)

const Workplace = ({ session, effects }: { readonly session: Session; readonly effects: Effects }) => {
  const [orders, story] = [currentOrders(session), currentStory(session)]
  if (!orders || session.patientId === undefined) return <p class="empty page-empty">{TEXTS.page.choosePatient}</p>
  const chart = session.charts[session.patientId] ?? {}
  return (
    <>
      <Banner chart={chart} name={story?.name ?? ''} />
      <nav class="jump" aria-label={TEXTS.page.title}>
        <a href="#chart">{TEXTS.page.toChart}</a>
        <a href="#orders">{TEXTS.page.toOrders(orders.drafts.length)}</a>
      </nav>
      <div class="work">
        <Chart chart={chart} />
        <Orders key={session.patientId} session={session} orders={orders} story={story} effects={effects} />
      </div>
    </>
  )
}

/** The page: patients, chart, orders with their cards, and the strip that tells about the last call. */
export const App = ({ store, effects }: AppProps) => {
  const session = useSession(store)
  const orders = currentOrders(session)
  useShortcuts(effects)
  return (
    <div class="app">
      <TopBar />
      <div class="page">
        <PatientRail session={session} effects={effects} />
        <main><Workplace session={session} effects={effects} /></main>
      </div>
      <CallStrip call={session.lastCall} />
      <Announcer orders={orders} />
    </div>
  )
}
