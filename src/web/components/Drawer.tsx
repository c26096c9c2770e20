import { useState } from 'preact/hooks'
import { curlOf } from '../curl.ts'
import type { Session } from '../session.ts'
import { TEXTS } from '../texts.ts'
import { CopyButton } from './CopyButton.tsx'
import { RecordPanel } from './RecordPanel.tsx'
import { callResult, Traffic } from './Traffic.tsx'

type Panel = 'traffic' | 'record'
const PANELS: readonly Panel[] = ['traffic', 'record']

const LastCall = ({ session }: { readonly session: Session }) => {
  const [call] = session.calls
  if (!call) return <span>{TEXTS.traffic.noneYet}</span>
  return <span><b>{TEXTS.traffic.hook[call.hook]}</b> · {callResult(call)}</span>
}

/** What goes over the wire and what lies in the record, under a strip about the last call. */
export const Drawer = ({ session }: { readonly session: Session }) => {
  const [shown, setShown] = useState<Panel>()
  const [call] = session.calls
  const chart = session.patientId === undefined ? {} : session.charts[session.patientId] ?? {}
  return (
    <footer class={shown ? 'strip strip-open' : 'strip'}>
      {shown === undefined ? null : <section class="drawer" id="drawer" aria-label={TEXTS.drawer[shown]}>{shown === 'traffic' ? <Traffic calls={session.calls} /> : <RecordPanel key={session.patientId} chart={chart} />}</section>}
      <div class="strip-line">
        <span class="muted">{TEXTS.traffic.last}</span>
        <LastCall session={session} />
        <span class="strip-buttons">
          {call ? <CopyButton label={TEXTS.traffic.copyCurl} text={() => curlOf(call.url, call.request)} /> : null}
          {PANELS.map((panel) => (
            <button key={panel} type="button" class="quiet" aria-expanded={shown === panel} aria-controls="drawer" onClick={() => setShown(shown === panel ? undefined : panel)}>
              {shown === panel ? TEXTS.drawer.close(TEXTS.drawer[panel]) : TEXTS.drawer[panel]}
            </button>
          ))}
        </span>
      </div>
    </footer>
  )
}
