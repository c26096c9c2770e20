import { useState } from 'preact/hooks'
import { curlOf } from '../curl.ts'
import { clock } from '../dates.ts'
import type { Headers } from '../http.ts'
import type { HookCall } from '../session.ts'
import { TEXTS } from '../texts.ts'
import { CopyButton } from './CopyButton.tsx'
import { JsonTree } from './JsonTree.tsx'

const pretty = (value: unknown): string => JSON.stringify(value, null, 2) ?? ''

/** What came back, in a few words. */
export const callResult = (call: HookCall): string => [
  call.cards === undefined ? TEXTS.traffic.failed : TEXTS.traffic.cards(call.cards), TEXTS.traffic.duration(call.durationMs),
  ...(call.status === undefined ? [] : [TEXTS.traffic.status(call.status)]),
].join(' · ')

const HeaderList = ({ headers, title }: { readonly headers: Headers; readonly title: string }) => (
  <details class="headers">
    <summary>{title} <span class="muted">{Object.keys(headers).length}</span></summary>
    <dl>{Object.entries(headers).map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
  </details>
)

interface SideProps { readonly title: string; readonly headers: Headers; readonly value: unknown }

const Side = ({ title, headers, value }: SideProps) => (
  <section class="side" aria-label={title}>
    <h4>{title} <CopyButton label={TEXTS.traffic.copyJson} text={() => pretty(value)} /></h4>
    <HeaderList headers={headers} title={TEXTS.traffic.headers} />
    <JsonTree title={title} value={value} />
  </section>
)

const Call = ({ call }: { readonly call: HookCall }) => (
  <div class="call">
    <p class="call-line">
      <code>POST {call.url}</code>
      <span class="muted">{[callResult(call), TEXTS.traffic.prefetch(call.prefetchMs), call.signedAs === undefined ? TEXTS.traffic.unsigned : TEXTS.traffic.signedAs(call.signedAs)].join(' · ')}</span>
      <CopyButton label={TEXTS.traffic.copyCurl} text={() => curlOf(call.url, call.request)} />
    </p>
    <div class="sides">
      <Side key={`${call.id}-request`} title={TEXTS.traffic.request} headers={call.sent} value={call.request} />
      <Side key={`${call.id}-response`} title={TEXTS.traffic.response} headers={call.received} value={call.response} />
    </div>
  </div>
)

/** Every hook call of this session: what was asked, what was answered, in which time. */
export const Traffic = ({ calls }: { readonly calls: readonly HookCall[] }) => {
  const [chosen, setChosen] = useState<string>()
  const call = calls.find(({ id }) => id === chosen) ?? calls[0]
  if (!call) return <p class="empty drawer-empty">{TEXTS.traffic.none}</p>
  return (
    <div class="traffic">
      <ul class="calls" aria-label={TEXTS.traffic.calls}>
        {calls.map((one) => (
          <li key={one.id}>
            <button type="button" aria-current={one === call ? 'true' : undefined} onClick={() => setChosen(one.id)}>
              <b>{TEXTS.traffic.hook[one.hook]}</b> <span class="muted">{clock(one.at)}</span><br /><span class="muted">{callResult(one)}</span>
            </button>
          </li>
        ))}
      </ul>
      <Call key={call.id} call={call} />
    </div>
  )
}
