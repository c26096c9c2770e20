type List = readonly (string | number)[]

/** Settings live as long as the content, calls only a moment: what is compiled of a list is kept as long as the list. */
function onceFor<T>(compile: (list: List) => T): (list: List) => T {
  const known = new WeakMap<List, T>()
  return (list) => {
    const value = known.get(list) ?? compile(list)
    known.set(list, value)
    return value
  }
}

const escaped = (word: string): string => word.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)

/** Finds any of a setting's words, as a whole word. */
export const wordsPattern = onceFor((words) => {
  const longestFirst = words.map(String).toSorted((a, b) => b.length - a.length).map(escaped)
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${longestFirst.join('|')})(?![\\p{L}\\p{N}])`, 'iu')
})

/** The patterns that a setting lists; each finds all its places. */
export const listedPatterns = onceFor((patterns): readonly RegExp[] => patterns.map((pattern) => new RegExp(String(pattern), 'giu')))
