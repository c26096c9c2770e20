const STEPS: Readonly<Record<string, (index: number, last: number) => number>> = {
  ArrowDown: (index, last) => Math.min(index + 1, last),
  ArrowUp: (index) => Math.max(index - 1, 0),
  Home: () => 0,
  End: (_, last) => last,
}

/** Where a key moves in a list; undefined if the key does not move. */
export const step = (key: string, index: number, last: number): number | undefined => STEPS[key]?.(index, last)

/** Moves the focus among the buttons of a list by arrow keys, Home and End. */
export const roveFocus = (event: KeyboardEvent, list: HTMLElement | null): void => {
  const buttons = [...(list?.querySelectorAll('button') ?? [])]
  const next = step(event.key, buttons.findIndex((button) => button === document.activeElement), buttons.length - 1)
  if (next === undefined) return
  event.preventDefault()
  buttons[next]?.focus()
}
