import { useEffect, useState } from 'preact/hooks'
import type { Effects } from '../effects.ts'
import { currentOrders, currentStory, type Session } from '../session.ts'
import { useSession, type Store } from '../store.ts'
import { TEXTS } from '../texts.ts'
import { rememberTour, storedTour, TOUR_STEPS, type TourState } from '../tour.ts'
import { Announcer } from './Announcer.tsx'
import { Banner } from './Banner.tsx'
import { Chart } from './Chart.tsx'
import { Drawer } from './Drawer.tsx'
import { Orders } from './Orders.tsx'
import { PatientRail } from './PatientRail.tsx'
import { TopBar } from './TopBar.tsx'
import { Tour, TourInvitation } from './Tour.tsx'

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

interface WorkProps { readonly session: Session; readonly effects: Effects; readonly tour: TourState; readonly onGo: (state: TourState) => void }

const Welcome = ({ tour, onGo }: Pick<WorkProps, 'tour' | 'onGo'>) => (
  <div class="welcome">
    {tour === 'new' ? <TourInvitation onGo={onGo} /> : null}
    <p class="empty page-empty">{TEXTS.page.choosePatient}</p>
    <ul class="shortcuts">{TEXTS.page.shortcuts.map(([keys, what]) => <li key={keys}><kbd>{keys}</kbd> {what}</li>)}</ul>
  </div>
)

const Workplace = ({ session, effects, tour, onGo }: WorkProps) => {
  const [orders, story] = [currentOrders(session), currentStory(session)]
  if (!orders || session.patientId === undefined) return <Welcome tour={tour} onGo={onGo} />
  const chart = session.charts[session.patientId] ?? {}
  return (
    <>
      <Banner chart={chart} name={story?.name ?? ''} />
      <nav class="jump" aria-label={TEXTS.page.title}>
        <a href="#chart">{TEXTS.page.toChart}</a>
        <a href="#orders">{TEXTS.page.toOrders(orders.drafts.length)}</a>
      </nav>
      <div class="work">
        <Chart chart={chart} effects={effects} />
        <Orders key={session.patientId} session={session} orders={orders} story={story} effects={effects} />
      </div>
    </>
  )
}

/** The page: patients, chart, orders with their cards, the drawer about the wire and the record, and the tour. */
export const App = ({ store, effects }: AppProps) => {
  const session = useSession(store)
  const [tour, setTour] = useState<TourState>(storedTour)
  useShortcuts(effects)
  const go = (state: TourState): void => {
    rememberTour(state)
    setTour(state)
  }
  return (
    <div class="app">
      <TopBar session={session} effects={effects} onTour={() => go(TOUR_STEPS[0])} />
      <div class="page">
        <PatientRail session={session} effects={effects} />
        <main><Workplace session={session} effects={effects} tour={tour} onGo={go} /></main>
      </div>
      <Drawer session={session} />
      {tour === 'new' || tour === 'over' ? null : <Tour step={tour} session={session} effects={effects} onGo={go} />}
      <Announcer orders={currentOrders(session)} />
    </div>
  )
}
