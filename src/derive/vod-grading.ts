/** Grades of veno-occlusive disease by EBMT 2016, the mildest first. */
export const GRADES = ['mild', 'moderate', 'severe', 'very severe'] as const
export type Grade = (typeof GRADES)[number]

/** One criterion of the table in the column it falls into. */
export interface Criterion {
  readonly name: string
  readonly text: string
  readonly grade: Grade
}

const rank = (grade: Grade): number => GRADES.indexOf(grade)
const countIn = (criteria: readonly Criterion[], grade: Grade): number => criteria.filter((one) => one.grade === grade).length
const countFrom = (criteria: readonly Criterion[], grade: Grade): number => criteria.filter((one) => rank(one.grade) >= rank(grade)).length

const worstFirst: readonly Grade[] = [...GRADES].reverse()

/**
 * The grade of a set of criteria. `literal`: the worst column that itself holds enough criteria (EBMT: two); where none does, and always
 * with `cumulative`, the worst column that holds enough together with the columns beyond it. Fewer criteria are mild: too little is known.
 */
export function gradeOf(criteria: readonly Criterion[], mode: string, needed: number): Grade | undefined {
  if (criteria.length === 0) return undefined
  const literal = mode === 'literal' ? worstFirst.find((grade) => countIn(criteria, grade) >= needed) : undefined
  return literal ?? worstFirst.find((grade) => countFrom(criteria, grade) >= needed) ?? 'mild'
}

/** The next higher grade; severe stays severe unless the site says otherwise. */
export function upgraded(grade: Grade, upgradesSevere: boolean): Grade {
  if (grade === 'severe' && !upgradesSevere) return grade
  return GRADES[rank(grade) + 1] ?? grade
}

/** Column by limits that must be reached (`>=`) or exceeded (`>`): the number of limits passed. */
export function columnOf(value: number, limits: readonly number[], isPassed: (value: number, limit: number) => boolean): Grade {
  const passed = limits.filter((limit) => isPassed(value, limit)).length
  return GRADES[passed] ?? 'very severe'
}

/** Days from the first sign to full criteria: more than the first limit is mild, at most the second severe. */
export function columnOfDays(days: number, [mildAbove = Infinity, severeUpTo = -Infinity]: readonly number[]): Grade {
  if (days > mildAbove) return 'mild'
  return days <= severeUpTo ? 'severe' : 'moderate'
}
