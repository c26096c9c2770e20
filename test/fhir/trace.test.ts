import { describe, expect, it } from 'vitest'
import { traceHeaders, traceOf } from '../../src/fhir/trace.ts'

const ID = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'

describe('the trace of a call', () => {
  it.each([
    ['as the caller records it', `00-${ID}-${SPAN}-01`, '01'], ['as the caller does not record it', `00-${ID}-${SPAN}-00`, '00'],
    ['in a later version', `cc-${ID}-${SPAN}-01`, '01'], ['in a later version that says more', `cc-${ID}-${SPAN}-01-more`, '01'], ['between blanks', ` 00-${ID}-${SPAN}-01 `, '01'],
  ])('goes on %s', (_, parent, flags) => expect(traceOf(parent, 'a=1', 'c')).toEqual({ traceId: ID, flags, state: 'a=1', callId: 'c' }))

  it.each([
    ['there is none', undefined], ['it came twice', [`00-${ID}-${SPAN}-01`, `00-${ID}-${SPAN}-01`]], ['it is empty', ''], ['it is in capitals', `00-${ID.toUpperCase()}-${SPAN}-01`],
    ['the trace is all zeros', `00-${'0'.repeat(32)}-${SPAN}-01`], ['the span is all zeros', `00-${ID}-${'0'.repeat(16)}-01`], ['the version does not exist', `ff-${ID}-${SPAN}-01`],
    ['version 00 says more', `00-${ID}-${SPAN}-01-more`], ['it is too short', `00-${ID.slice(1)}-${SPAN}-01`], ['it breaks the line', `00-${ID}-${SPAN}-01\r\nx: y`],
  ])('begins here, unrecorded, when %s', (_, parent) => {
    const trace = traceOf(parent, 'a=1', 'c')
    expect(trace).toMatchObject({ flags: '00', state: undefined, callId: 'c' })
    expect(trace.traceId).toMatch(/^(?!0{32})[\da-f]{32}$/)
    expect(trace.traceId).not.toBe(ID)
  })

  it.each([['too long', 'x'.repeat(513)], ['not printable', 'a=\n1'], ['empty', ''], ['missing', undefined]])('does not carry a state that is %s', (_, state) =>
    expect(traceHeaders(traceOf(`00-${ID}-${SPAN}-01`, state, 'c'), 1)).not.toHaveProperty('tracestate'))
})
