import { type Check, type CheckProblem, type CheckValue, compileCheck, isCheck, type Lookup, type Signature, type ValueType } from '../../src/language/check.ts'

const TYPES: Readonly<Record<string, ValueType>> = {
  anc: 'number', plt: 'number', cycle: 'number', egfr: 'number', 'setting.anc_threshold': 'number', 'setting.plt_limit': 'number',
  remission: 'text', mrd: 'text', 'setting.mode': 'text', onDialysis: 'boolean', pregnant: 'boolean', risks: 'list', drugs: 'list',
}

/** The facts and settings of the tests in this folder. */
export const SIGNATURE: Signature = { typeOf: (name) => TYPES[name], names: () => Object.keys(TYPES) }

export type Facts = Readonly<Record<string, CheckValue>>

export const lookupIn = (facts: Facts): Lookup => (name) => facts[name]

export function check(source: string): Check {
  const result = compileCheck(source, SIGNATURE)
  if (!isCheck(result)) throw new Error(result.map(({ message }) => message).join('; '))
  return result
}

export function problems(source: string): readonly CheckProblem[] {
  const result = compileCheck(source, SIGNATURE)
  if (isCheck(result)) throw new Error(`expected problems in ${source}`)
  return result
}
