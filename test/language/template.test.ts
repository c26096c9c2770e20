import { describe, expect, it } from 'vitest'
import { compileTemplate, fillDeep, isTemplate, namesDeep, type Template } from '../../src/language/template.ts'

function template(source: string): Template {
  const result = compileTemplate(source)
  if (!isTemplate(result)) throw new Error(result.map(({ message }) => message).join('; '))
  return result
}

const problems = (source: string) => {
  const result = compileTemplate(source)
  return isTemplate(result) ? [] : result
}

const filler = (values: Readonly<Record<string, string>>) => (name: string) => values[name]
const asIs = (text: string): string => text

describe('a text', () => {
  it('is filled with facts, their dates and settings', () => {
    const text = template('Hold: ANC {{anc}} ({{ anc.date }}), needs ≥{{setting.anc_threshold}}')
    expect(text.names).toEqual(['anc', 'anc.date', 'setting.anc_threshold'])
    expect(text.render(filler({ anc: '0.8 ×10⁹/L', 'anc.date': '24 Mar', 'setting.anc_threshold': '1' }))).toBe('Hold: ANC 0.8 ×10⁹/L (24 Mar), needs ≥1')
  })
  it('says unknown where a fact is missing', () => expect(template('ANC {{anc}}.').render(() => undefined)).toBe('ANC unknown.'))
  it('names each placeholder once', () => expect(template('{{a}} {{b}} {{a}}').names).toEqual(['a', 'b']))
  it('without placeholders is itself', () => {
    expect(template('No *gaps* {here}.').render(() => 'x')).toBe('No *gaps* {here}.')
    expect(template('').render(() => 'x')).toBe('')
  })
  it('escapes what is filled in, and nothing of its own', () => {
    expect(template('**{{drug}}** <1').render(filler({ drug: '*x* <b>' }))).toBe(String.raw`**\*x\* &lt;b>** <1`)
    expect(template('{{drug}}').render(filler({ drug: '*x*' }), asIs)).toBe('*x*')
    expect(template('{{drug}}').render(filler({ drug: 'abc' }), (text) => text.toUpperCase())).toBe('ABC')
  })
  it('does not fill what was filled in', () => expect(template('{{a}}').render(filler({ a: '{{b}}', b: 'secret' }), asIs)).toBe('{{b}}'))
  it.each([
    ['{{anc', 0, 'this placeholder is never closed: }} is missing'],
    ['ANC }} here', 4, 'this }} closes nothing'],
    ['a {{}} b', 2, '{{}} is no placeholder: a text has only {{fact}}, {{fact.date}} and {{setting.key}}'],
    ['{{#if anc}}', 0, '{{#if anc}} is no placeholder: a text has only {{fact}}, {{fact.date}} and {{setting.key}}'],
    ['{{anc | round}}', 0, '{{anc | round}} is no placeholder: a text has only {{fact}}, {{fact.date}} and {{setting.key}}'],
    ['{{anc..date}}', 0, '{{anc..date}} is no placeholder: a text has only {{fact}}, {{fact.date}} and {{setting.key}}'],
    ['{{%anc}}', 0, '{{%anc}} is no placeholder: a text has only {{fact}}, {{fact.date}} and {{setting.key}}'],
  ])('%j is refused', (source, offset, message) => expect(problems(source)).toEqual([{ offset, message }]))
  it('is refused with all its problems', () => expect(problems('{{}} {{a}} }} {{b').map(({ offset }) => offset)).toEqual([0, 11, 14]))
})

describe('a resource with placeholders', () => {
  const VALUES: Readonly<Record<string, unknown>> = { dose: 1.4, cycle: 2, date: '2025-03-24', flag: false, code: { text: 'ANC' }, bad: Number.NaN, empty: '', nothing: null, list: ['a'] }
  const fill = (name: string): unknown => VALUES[name]

  it('keeps the type of a value that stands alone', () => {
    expect(fillDeep({ value: '{{dose}}', active: '{{flag}}', code: '{{code}}', note: ['{{ list }}'] }, fill)).toEqual({ value: 1.4, active: false, code: { text: 'ANC' }, note: [['a']] })
  })
  it('inserts values into a text as they are', () => expect(fillDeep('C{{cycle}} on {{date}} <{{flag}}>', fill)).toBe('C2 on 2025-03-24 <false>'))
  it('drops a member without a value', () => expect(fillDeep({ a: '{{dose}}', b: '{{missing}}' }, fill)).toEqual({ a: 1.4 }))
  it('drops a text with one gap, because half a reference is worse than none', () => expect(fillDeep({ a: 1, reference: 'Patient/{{missing}}' }, fill)).toEqual({ a: 1 }))
  it('drops a text into which an object would go', () => expect(fillDeep({ a: 1, text: 'x {{code}}' }, fill)).toEqual({ a: 1 }))
  it('drops upwards whatever becomes empty', () => {
    expect(fillDeep({ keep: true, dosage: [{ dose: { value: '{{missing}}' } }, { text: '{{missing}}' }] }, fill)).toEqual({ keep: true })
    expect(fillDeep({ a: { b: ['{{missing}}'] } }, fill)).toBeUndefined()
  })
  it('has no null, no empty text and no NaN', () => {
    expect(fillDeep({ a: 'x', b: '{{bad}}', c: '{{empty}}', d: '{{nothing}}', e: null, f: '', g: {}, h: [], i: [null, 'y'] }, fill)).toEqual({ a: 'x', i: ['y'] })
  })
  it('keeps zero and false', () => expect(fillDeep({ a: 0, b: false }, fill)).toEqual({ a: 0, b: false }))
  it('is filled anew for everybody, and what is the same for all cannot be changed by one', () => {
    const order = { code: { text: 'fixed', empty: '' }, subject: { reference: '{{date}}' } }
    const [first, second] = ['a', 'b'].map((date) => fillDeep(order, () => date))
    expect([first, second]).toEqual([{ code: { text: 'fixed' }, subject: { reference: 'a' } }, { code: { text: 'fixed' }, subject: { reference: 'b' } }])
    expect(() => Object.assign((first as typeof order).code, { text: 'changed' })).toThrow(TypeError)
  })
  it('is not changed itself', () => {
    const resource = Object.freeze({ a: Object.freeze(['{{dose}}']) })
    fillDeep(resource, fill)
    expect(resource).toEqual({ a: ['{{dose}}'] })
  })
  it('names its placeholders wherever they stand', () => expect(namesDeep({ a: '{{x}}', b: [{ c: 'on {{y.date}} {{x}}' }], d: 1, e: null })).toEqual(['x', 'y.date']))
})
