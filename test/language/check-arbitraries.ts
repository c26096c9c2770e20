import fc from 'fast-check'
import type { CheckValue, Expression } from '../../src/language/check.ts'
import type { Facts } from './check-signature.ts'

/**
 * Numbers of at most two decimals: fhirpath.js compares decimals after rounding to eight places, we compare what the facts hold (which
 * decimal arithmetic has already settled). Few enough values that equality and boundaries are hit often.
 */
const numbers = fc.constantFrom(0, 0.5, 0.99, 1, 1.01, 2, 10, -1)
const literals: fc.Arbitrary<Expression> = fc.constantFrom('0', '0.5', '1', '1.0', '1.01', '2', '10', '-1', '-0.5').map((text) => ({ kind: 'number', value: Number(text), text }))
const texts = fc.constantFrom('a', 'b', 'CR', "it's", String.raw`back\slash`, 'and', '')
const lists = fc.array(texts, { maxLength: 4 })

const name = (...names: string[]): fc.Arbitrary<Expression> => fc.constantFrom(...names).map((each) => ({ kind: 'name', name: each }))
const textLiterals: fc.Arbitrary<Expression> = texts.map((value) => ({ kind: 'text', value }))

const listLiterals: fc.Arbitrary<Expression> = fc.array(texts, { minLength: 1, maxLength: 4 }).map((items) => ({ kind: 'list', items: items.map((value) => ({ kind: 'text', value })) }))
const numberLists: fc.Arbitrary<Expression> = fc.array(fc.constantFrom('0', '1', '1.0', '2', '-1'), { minLength: 1, maxLength: 4 })
  .map((items) => ({ kind: 'list', items: items.map((text) => ({ kind: 'number', value: Number(text), text })) }))

const lookedUp = name('risks', 'drugs')
const textual = fc.oneof(name('remission', 'mrd', 'setting.mode'), textLiterals)
/** A union of one cannot be told from its item where no list is asked for, so functions see unions of two or more. */
const unions = listLiterals.filter((tree) => tree.kind === 'list' && tree.items.length > 1)
const countable = fc.oneof(lookedUp, textual, unions)
const numeric = fc.oneof(name('anc', 'plt', 'setting.anc_threshold', 'setting.plt_limit'), literals, countable.map((of): Expression => ({ kind: 'call', call: 'count', of })))

const compare = <T extends string>(operators: readonly T[], left: fc.Arbitrary<Expression>, right = left): fc.Arbitrary<Expression> =>
  fc.record({ kind: fc.constant('compare' as const), operator: fc.constantFrom(...operators), left, right }) as fc.Arbitrary<Expression> // sound: every caller passes Comparison operators

const call = (calls: readonly ('exists' | 'empty' | 'not')[], of: fc.Arbitrary<Expression>): fc.Arbitrary<Expression> =>
  fc.record({ kind: fc.constant('call' as const), call: fc.constantFrom(...calls), of })

const logic = (side: fc.Arbitrary<Expression>): fc.Arbitrary<Expression> =>
  fc.record({ kind: fc.constant('logic' as const), operator: fc.constantFrom('and' as const, 'or' as const, 'implies' as const), left: side, right: side })

/** Well-typed conditions over the signature of check-signature.ts. */
export const conditions: fc.Arbitrary<Expression> = fc.letrec<{ condition: Expression }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    { weight: 4, arbitrary: compare(['=', '!=', '<', '<=', '>', '>='], numeric) },
    { weight: 2, arbitrary: compare(['=', '!='], textual) },
    { weight: 2, arbitrary: name('onDialysis', 'pregnant') },
    { weight: 1, arbitrary: fc.boolean().map((value): Expression => ({ kind: 'boolean', value })) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('in' as const), item: textual, list: fc.oneof(lookedUp, listLiterals) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('in' as const), item: numeric, list: numberLists }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('contains' as const), list: fc.oneof(lookedUp, listLiterals), item: textual }) },
    { weight: 1, arbitrary: call(['exists', 'empty'], fc.oneof(countable, numeric)) },
    { weight: 3, arbitrary: call(['not', 'exists', 'empty'], tie('condition')) },
    { weight: 2, arbitrary: compare(['=', '!='], tie('condition')) },
    { weight: 14, arbitrary: logic(tie('condition')) },
  ),
})).condition

const VALUES: Readonly<Record<string, fc.Arbitrary<CheckValue>>> = {
  anc: numbers, plt: numbers, 'setting.anc_threshold': numbers, 'setting.plt_limit': numbers,
  remission: texts, mrd: texts, 'setting.mode': texts, onDialysis: fc.boolean(), pregnant: fc.boolean(), risks: lists, drugs: lists,
}

/** Facts of which each is missing half of the time. */
export const facts: fc.Arbitrary<Facts> = fc.record(Object.fromEntries(Object.entries(VALUES).map(([key, value]) => [key, fc.option(value, { nil: undefined, freq: 2 })])))
  .map((values) => Object.fromEntries(Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]))))
