import { useState } from 'preact/hooks'
import { curlOf } from '../curl.ts'
import type { HookCall } from '../session.ts'
import { TEXTS } from '../texts.ts'

type Copied = 'no' | 'yes' | 'failed'

const CopyButton = ({ label, text }: { readonly label: string; readonly text: () => string }) => {
  const [copied, setCopied] = useState<Copied>('no')
  const copy = async (): Promise<void> => {
    const isCopied = await navigator.clipboard.writeText(text()).then(() => true, () => false)
    setCopied(isCopied ? 'yes' : 'failed')
    setTimeout(() => setCopied('no'), 2_000)
  }
  const shown = { no: label, yes: TEXTS.strip.copied, failed: TEXTS.strip.notCopied }[copied]
  return <button type="button" class="quiet" onClick={() => void copy()}><span role="status">{shown}</span></button>
}

const pretty = (value: unknown): string => JSON.stringify(value, null, 2) ?? ''

const Json = ({ title, value }: { readonly title: string; readonly value: unknown }) => {
  const text = pretty(value)
  return (
    <section class="json">
      <h3>{title} <CopyButton label={TEXTS.strip.copyJson} text={() => text} /></h3>
      <pre role="region" aria-label={title} tabIndex={0}>{text}</pre>
    </section>
  )
}

const Facts = ({ call }: { readonly call: HookCall }) => {
  const parts = [
    call.cards === undefined ? TEXTS.strip.failed : TEXTS.strip.cards(call.cards),
    TEXTS.strip.duration(call.durationMs), TEXTS.strip.prefetch(call.prefetchMs),
    ...(call.status === undefined ? [] : [TEXTS.strip.status(call.status)]),
  ]
  return <span><b>{TEXTS.strip.hook[call.hook]}</b> · {parts.join(' · ')}</span>
}

/** The last call of a hook in one line; its request and answer as JSON on demand. */
export const CallStrip = ({ call }: { readonly call: HookCall | undefined }) => {
  const [isOpen, setOpen] = useState(false)
  return (
    <footer class="strip">
      {isOpen && call
        ? <div class="jsons"><Json title={TEXTS.strip.request} value={call.request} /><Json title={TEXTS.strip.response} value={call.response} /></div>
        : null}
      <div class="strip-line">
        <span class="muted">{TEXTS.strip.title}</span>
        {call ? <Facts call={call} /> : <span>{TEXTS.strip.none}</span>}
        {call
          ? (
            <span class="strip-buttons">
              <CopyButton label={TEXTS.strip.copyCurl} text={() => curlOf(call.url, call.request)} />
              <button type="button" class="quiet" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>{isOpen ? TEXTS.strip.close : TEXTS.strip.open}</button>
            </span>
          )
          : null}
      </div>
    </footer>
  )
}
