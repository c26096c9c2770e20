import { useState } from 'preact/hooks'
import { step } from '../rove.ts'
import type { Drug } from '../sandbox-api.ts'
import type { Loadable } from '../session.ts'
import { TEXTS } from '../texts.ts'
import { Icon } from './Icon.tsx'
import { Notice } from './Notice.tsx'

const matching = (drugs: readonly Drug[], words: string): readonly Drug[] => {
  const sought = words.trim().toLowerCase()
  return drugs.filter((drug) => `${drug.name} ${drug.text}`.toLowerCase().includes(sought))
}

const optionId = (index: number): string => `drug-option-${index}`

interface OptionsProps {
  readonly found: readonly Drug[]
  readonly active: number
  readonly onChoose: (drug: Drug) => void
}

const Options = ({ found, active, onChoose }: OptionsProps) => (
  <ul id="drug-options" role="listbox" aria-label={TEXTS.orders.searchLabel} class="options" tabIndex={-1}>
    {found.map((drug, index) => (
      // mousedown, not click: the input's blur would close the list before a click arrives
      <li key={drug.id} id={optionId(index)} role="option" aria-selected={index === active}
        onMouseDown={(event) => { event.preventDefault(); onChoose(drug) }}>
        <span>{drug.name}</span>
        <span class="muted">{drug.dose.value} {drug.dose.unit} · {drug.route.text}</span>
      </li>
    ))}
  </ul>
)

interface SearchProps {
  readonly drugs: readonly Drug[]
  readonly onChoose: (drug: Drug) => void
}

interface Search {
  readonly found: readonly Drug[]
  readonly words: string
  readonly active: number
  readonly isOpen: boolean
  readonly type: (words: string) => void
  readonly close: () => void
  readonly choose: (drug: Drug) => void
  readonly onKey: (event: KeyboardEvent) => void
}

const useDrugSearch = ({ drugs, onChoose }: SearchProps): Search => {
  const [words, setWords] = useState('')
  const [active, setActive] = useState(0)
  const [isOpen, setOpen] = useState(false)
  const found = matching(drugs, words)
  const type = (next: string): void => {
    setWords(next)
    setActive(0)
    setOpen(true)
  }
  const choose = (drug: Drug): void => {
    onChoose(drug)
    setWords('')
    setOpen(false)
  }
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey) return
    if (event.key === 'Escape') return setOpen(false)
    const chosen = found[active]
    if (event.key === 'Enter' && isOpen && chosen) return choose(chosen)
    const next = event.key.startsWith('Arrow') ? step(event.key, isOpen ? active : -1, found.length - 1) : undefined
    if (next === undefined) return
    event.preventDefault()
    setOpen(true)
    setActive(next)
    document.getElementById(optionId(next))?.scrollIntoView({ block: 'nearest' })
  }
  return { found, words, active, isOpen, type, choose, onKey, close: () => setOpen(false) }
}

const Combobox = (props: SearchProps) => {
  const search = useDrugSearch(props)
  const isListed = search.isOpen && search.found.length > 0
  return (
    <div class="search">
      <label class="unseen" for="drug-search">{TEXTS.orders.searchLabel}</label>
      <Icon name="search" />
      <input id="drug-search" type="text" role="combobox" autocomplete="off" placeholder={TEXTS.orders.searchHint}
        aria-expanded={isListed} aria-controls="drug-options" aria-autocomplete="list"
        {...(isListed ? { 'aria-activedescendant': optionId(search.active) } : {})}
        value={search.words} onInput={(event) => search.type(event.currentTarget.value)}
        onFocus={() => search.type(search.words)} onBlur={search.close} onKeyDown={search.onKey} />
      <kbd aria-hidden="true">/</kbd>
      {isListed ? <Options found={search.found} active={search.active} onChoose={search.choose} /> : null}
      {search.isOpen && search.found.length === 0 ? <p class="options empty" role="status">{TEXTS.orders.searchNone}</p> : null}
    </div>
  )
}

/** Finds a drug by name: type, arrows, Enter. */
export const DrugSearch = ({ drugs, onChoose }: { readonly drugs: Loadable<readonly Drug[]>; readonly onChoose: (drug: Drug) => void }) => {
  if (drugs.state === 'failed') return <Notice tone="warning" role="alert">{TEXTS.orders.drugsFailed}</Notice>
  return <Combobox drugs={drugs.state === 'loaded' ? drugs.value : []} onChoose={onChoose} />
}
