import { useState } from 'preact/hooks'
import { TEXTS } from '../texts.ts'

type Value = unknown

const isBranch = (value: Value): value is object => typeof value === 'object' && value !== null

const entriesOf = (value: object): readonly (readonly [string, Value])[] => Object.entries(value)

/** What a folded branch holds: its type or how much. */
const gist = (value: object): string => {
  if (Array.isArray(value)) return `[ ${TEXTS.json.items(value.length)} ]`
  const type = 'resourceType' in value ? `${String(value.resourceType)} ` : ''
  return `${type}{ ${TEXTS.json.members(Object.keys(value).length)} }`
}

const Leaf = ({ name, value }: { readonly name: string; readonly value: Value }) => (
  <div class="json-leaf"><span class="json-name">{name}</span>: <span class={`json-${value === null ? 'null' : typeof value}`}>{JSON.stringify(value)}</span></div>
)

interface BranchProps {
  readonly name: string
  readonly value: object
  /** Levels below this one that start unfolded. */
  readonly open: number
}

// Children are made only when they are looked at: a record is thousands of lines.
const Branch = ({ name, value, open }: BranchProps) => {
  const [isOpen, setOpen] = useState(open > 0)
  return (
    <details class="json-branch" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary><span class="json-name">{name}</span> <span class="json-gist">{gist(value)}</span></summary>
      {isOpen ? <div class="json-children">{entriesOf(value).map(([key, part]) => <Node key={key} name={key} value={part} open={open - 1} />)}</div> : null}
    </details>
  )
}

const Node = ({ name, value, open }: { readonly name: string; readonly value: Value; readonly open: number }) =>
  (isBranch(value) && Object.keys(value).length > 0 ? <Branch name={name} value={value} open={open} /> : <Leaf name={name} value={value} />)

/** JSON as a tree of folds; `open` levels are unfolded at first. */
export const JsonTree = ({ title, value, open = 2 }: { readonly title: string; readonly value: Value; readonly open?: number }) => (
  <div class="json-tree" role="group" aria-label={title}><Node name={title} value={value} open={open} /></div>
)
