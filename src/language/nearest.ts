/** Edit distance that counts a swap of neighbours as one (optimal string alignment), since `egrf` for `egfr` is one slip. */
function distance(a: string, b: string): number {
  let [before, previous, current]: number[][] = [[], [], Array.from({ length: b.length + 1 }, (_, i) => i)]
  for (let i = 1; i <= a.length; i += 1) {
    ;[before, previous, current] = [previous, current, [i]]
    for (let j = 1; j <= b.length; j += 1) current?.push(cost(a, b, i, j, [before, previous, current]))
  }
  return current?.[b.length] ?? a.length
}

function cost(a: string, b: string, i: number, j: number, [before, previous, current]: readonly (readonly number[] | undefined)[]): number {
  const at = (row: readonly number[] | undefined, column: number): number => row?.[column] ?? Infinity
  const same = a[i - 1] === b[j - 1]
  const isSwap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
  const steps = [at(previous, j) + 1, at(current, j - 1) + 1, at(previous, j - 1) + (same ? 0 : 1)]
  return Math.min(...steps, isSwap ? at(before, j - 2) + 1 : Infinity)
}

/** The candidate someone who wrote `word` most likely meant: at most a third of it (and never more than three letters) off. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const reach = Math.min(3, Math.max(1, Math.floor(word.length / 3)))
  const ranked = [...candidates].map((candidate) => ({ candidate, far: distance(word.toLowerCase(), candidate.toLowerCase()) }))
  return ranked.filter(({ far }) => far <= reach).sort((a, b) => a.far - b.far)[0]?.candidate
}
