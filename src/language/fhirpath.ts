/** The only module that knows fhirpath.js: paths into one FHIR R4 resource, and the UCUM library that comes with it. */
import { compile, parse, ucumUtils, util } from 'fhirpath'
import r4 from 'fhirpath/fhir-context/r4'
import { lintPath } from './fhirpath-lint.ts'
import { plainReader, type ReadPath } from './fhirpath-plain.ts'

/** A compiled path. Elements come as the JSON they are in the resource; computed quantities as { value, unit }; dates as text. */
export interface Path {
  /**
   * Reads one resource, in document order; nothing found, or a resource the expression cannot be asked of (say, text where it needs
   * a number), is []. Never changes the resource.
   */
  read(resource: object): readonly unknown[]
}

const MESSAGE_LENGTH = 200

const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown)).slice(0, MESSAGE_LENGTH)

/** FHIRPath's own values as JSON. Numbers are computed in decimal (`preciseMath`) and leave as JavaScript numbers. */
function plainJson(item: unknown): unknown {
  const value: unknown = util.valData(item)
  // A step below a text reaches JavaScript's own string methods in fhirpath.js: `status.repeat` is a function.
  if (typeof value === 'function') return undefined
  if (typeof value === 'bigint') return Number(value)
  if (typeof value !== 'object' || value === null || !('toJSON' in value) || typeof value.toJSON !== 'function') return value
  if ('unit' in value && 'value' in value) return quantityJson(value.value, value.unit)
  return value.toJSON()
}

/** FHIRPath writes UCUM units in quotes ('mg') and calendar units without (days). */
function quantityJson(value: unknown, unit: unknown): unknown {
  const text = String(unit)
  const code = /^'(.*)'$/u.exec(text)?.[1]
  return code === undefined ? { value: Number(value), unit: text } : { value: Number(value), unit: code, system: 'http://unitsofmeasure.org', code }
}

/** With `resolveInternalTypes`, fhirpath.js hangs a hidden `__path__` on parts of the record it returns; nodes it leaves alone. */
function interpreter(expression: string): (resource: object) => readonly unknown[] {
  const run = compile(expression, r4, { async: false, resolveInternalTypes: false, preciseMath: true })
  return (resource) => run(resource).map(plainJson).filter((value) => value !== undefined && value !== null)
}

function quietly(read: ReadPath): ReadPath {
  return (resource) => {
    try {
      return read(resource)
    } catch {
      return []
    }
  }
}

/**
 * Compiles a FHIRPath expression that reads one resource. Refuses, with the reason: what does not parse, functions that do not exist
 * (also in branches a dry run would not reach), clocks, network, variables, and patterns that can block the process.
 */
export function compilePath(expression: string): Path | { readonly problem: string } {
  try {
    const problem = lintPath(parse(expression))
    if (problem !== undefined) return { problem }
    const interpret = interpreter(expression)
    interpret({})
    const read = quietly(interpret)
    return Object.freeze({ read: plainReader(r4, expression, read) ?? read })
  } catch (thrown) {
    return { problem: messageOf(thrown) }
  }
}

/** Tells a compiled path from its problem. */
export const isPath = (result: Path | { readonly problem: string }): result is Path => 'read' in result

/**
 * The library prints what it trips over to the console, and a unit comes from the record. It trips over blanks, parentheses and annotations that
 * are empty or stand within a term; no unit we read needs them.
 */
const ASKABLE = /^(?=.{1,64}$)(?:[!-'*-z|~]|\{[!-'*-z|~]+\}(?=[/.]|$))+$/u

const ucumCodes = new Map<string, boolean>()
const REMEMBERED = 1000

/** Whether a text is a unit of UCUM (https://ucum.org/ucum), case-sensitive, exactly as written: not `milligram`, not `IU/L`. */
export function isUcum(code: string): boolean {
  const known = ucumCodes.get(code)
  if (known !== undefined) return known
  const valid = validates(code)
  if (ucumCodes.size < REMEMBERED) ucumCodes.set(code, valid)
  return valid
}

/** The library keeps its units in plain objects, so that __proto__ is a unit to it; what else makes it throw is no unit either. */
function asked<T>(question: () => T): T | undefined {
  try {
    return question()
  } catch {
    return undefined
  }
}

function validates(code: string): boolean {
  if (!ASKABLE.test(code) || code in Object.prototype) return false
  const answer = asked((): { status?: unknown; ucumCode?: unknown } => ucumUtils.validateUnitString(code))
  return answer?.status === 'valid' && answer.ucumCode === code
}

/**
 * Converts between UCUM units; `molecularWeight` (g/mol) where one side counts moles and the other weighs. Undefined: no such
 * conversion. The result carries the noise of binary floating point: settle it.
 */
export function convertUcum(value: number, from: string, to: string, molecularWeight?: number): number | undefined {
  if (!isUcum(from) || !isUcum(to)) return undefined
  const answer = asked((): { status?: unknown; toVal?: unknown } => ucumUtils.convertUnitTo(from, value, to, { molecularWeight }))
  return answer?.status === 'succeeded' && typeof answer.toVal === 'number' && Number.isFinite(answer.toVal) ? answer.toVal : undefined
}
