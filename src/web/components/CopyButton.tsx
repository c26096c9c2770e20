import { useState } from 'preact/hooks'
import { TEXTS } from '../texts.ts'

type Copied = 'no' | 'yes' | 'failed'

const SAID_MS = 2_000

/** Copies a text to the clipboard and says whether that worked. */
export const CopyButton = ({ label, text }: { readonly label: string; readonly text: () => string }) => {
  const [copied, setCopied] = useState<Copied>('no')
  const copy = async (): Promise<void> => {
    const isCopied = await navigator.clipboard.writeText(text()).then(() => true, () => false)
    setCopied(isCopied ? 'yes' : 'failed')
    setTimeout(() => setCopied('no'), SAID_MS)
  }
  const shown = { no: label, yes: TEXTS.copy.done, failed: TEXTS.copy.failed }[copied]
  return (
    <>
      <button type="button" class="quiet" onClick={() => void copy()}>{shown}</button>
      <span class="unseen" role="status">{copied === 'no' ? '' : shown}</span>
    </>
  )
}
