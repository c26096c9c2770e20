type Direction = readonly [rows: number, columns: number]

const DIRECTIONS: Readonly<Record<string, Direction>> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }

const cellOf = (button: Element): HTMLTableCellElement | null => button.closest('td')

const columnOf = (button: HTMLButtonElement): number => cellOf(button)?.cellIndex ?? 0

/** In the same row the next one; in the next row that has any, the one nearest to the column. */
const buttonFrom = (table: HTMLTableElement, from: HTMLTableCellElement, [rows, columns]: Direction): HTMLButtonElement | undefined => {
  const all = [...table.rows].map((row) => [...row.querySelectorAll('button')])
  const at = [...table.rows].findIndex((row) => row === from.parentElement)
  if (rows === 0) {
    const beyond = (all[at] ?? []).filter((button) => (columnOf(button) - from.cellIndex) * columns > 0)
    return columns > 0 ? beyond[0] : beyond.at(-1)
  }
  const next = rows > 0 ? all.slice(at + 1).find((row) => row.length > 0) : all.slice(0, at).findLast((row) => row.length > 0)
  return next?.sort((a, b) => Math.abs(columnOf(a) - from.cellIndex) - Math.abs(columnOf(b) - from.cellIndex))[0]
}

/** Moves the focus between the buttons of a table by arrow keys; Tab leaves the table. */
export const moveInTable = (event: KeyboardEvent, table: HTMLTableElement | null): void => {
  const direction = DIRECTIONS[event.key]
  const cell = document.activeElement && cellOf(document.activeElement)
  const next = direction && cell && table ? buttonFrom(table, cell, direction) : undefined
  if (!next) return
  event.preventDefault()
  next.focus()
}
