import type { Response } from '../order-session.ts'
import { TEXTS } from '../texts.ts'
import type { Card, Suggestion } from '../wire.ts'
import { Icon } from './Icon.tsx'

interface SuggestionsProps {
  readonly card: Card
  readonly response: Response | undefined
  readonly onAccept: (suggestion: Suggestion) => void
}

const whatItDoes = (suggestion: Suggestion): string =>
  (suggestion.actions ?? []).map((action) => action.description).filter((text) => text !== suggestion.label).join('; ')

interface ButtonProps {
  readonly suggestion: Suggestion
  readonly isDone: boolean
  readonly isShut: boolean
  readonly onAccept: () => void
}

const SuggestionButton = ({ suggestion, isDone, isShut, onAccept }: ButtonProps) => (
  <li>
    <button type="button" class={suggestion.isRecommended ? 'suggestion suggestion-first' : 'suggestion'} disabled={isDone || isShut} onClick={onAccept}>
      {isDone ? <Icon name="done" /> : null}
      {suggestion.label}
      {suggestion.isRecommended ? <span class="recommended">{TEXTS.cards.recommended}</span> : null}
    </button>
    {whatItDoes(suggestion) === '' ? null : <span class="does">{whatItDoes(suggestion)}</span>}
  </li>
)

/** The buttons of a card. `at-most-one`: taking one closes the others; `any`: each can be taken once. */
export const Suggestions = ({ card, response, onAccept }: SuggestionsProps) => {
  const suggestions = card.suggestions ?? []
  if (suggestions.length === 0) return null
  const taken = response?.kind === 'accepted' ? response.labels : []
  const isOneOnly = card.selectionBehavior === 'at-most-one'
  return (
    <div class="suggestions">
      {isOneOnly && suggestions.length > 1 ? <p class="muted">{TEXTS.cards.oneOnly}</p> : null}
      <ul>
        {suggestions.map((suggestion) => (
          <SuggestionButton key={suggestion.label} suggestion={suggestion} isDone={taken.includes(suggestion.label)}
            isShut={isOneOnly && taken.length > 0} onAccept={() => onAccept(suggestion)} />
        ))}
      </ul>
    </div>
  )
}
