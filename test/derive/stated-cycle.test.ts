import { describe, expect, test } from 'vitest'
import { statedInStructure, statedInText } from '../../src/derive/stated-cycle.ts'
import { loadContent } from '../content/loaded.ts'

const { settings } = loadContent()
const order = (members: object) => ({ resourceType: 'MedicationRequest', ...members })

describe('cycle and day in words', () => {
  test.each([
    ['Cycle 2 Day 8', 2, 8], ['cycle 2, day 8', 2, 8], ['C2D8', 2, 8], ['C2 D15', 2, 15], ['c02d01', 2, 1], ['Zyklus 3 Tag 1', 3, 1], ['Zyklus 3, Tag 15 (Besponsa)', 3, 15],
    ['ciclo 1 día 8', 1, 8], ['Ciclo 1 dia 8', 1, 8], ['cycle 2 jour 15', 2, 15], ['C2J8', 2, 8], ['ciclo 4 giorno 1', 4, 1], ['cyclus 2 dag 8', 2, 8], ['cykl 2 dzień 8', 2, 8],
    ['Cycle 2 of 6, Day 1', 2, 1], ['Cycle 10 Day 1', 10, 1], ['Day 8 of cycle 2', 2, 8], ['Tag 8, Zyklus 2', 2, 8], ['inotuzumab C1-D15 weekly', 1, 15], ['Cycle: 2 / Day: 8', 2, 8],
  ])('"%s" is cycle %d day %d', (text, cycle, day) => {
    expect(statedInText(text, settings)).toEqual([{ cycle, day }])
  })
  test('three days of one cycle are three statements', () => {
    expect(statedInText('Cycle 1 Days 1, 8 and 15', settings)).toEqual([{ cycle: 1, day: 1 }, { cycle: 1, day: 8 }, { cycle: 1, day: 15 }])
  })
  test('two doses named are two statements', () => expect(statedInText('C1D1 given on 3 March, now C1D8', settings)).toEqual([{ cycle: 1, day: 1 }, { cycle: 1, day: 8 }]))
  test.each(['1.6 mg over 1 hour', 'Cycle 2', 'Day 8', 'C2D10', 'Cycle 2 Day 18', 'PTC2D8 assay', 'vitamin D1', ''])('"%s" states none', (text) => expect(statedInText(text, settings)).toEqual([]))
})

describe('cycle and day as data', () => {
  test('extensions of an EHR, nested or not', () => {
    expect(statedInStructure(order({ extension: [{ url: 'http://ehr/treatment-cycle', valueInteger: 2 }, { url: 'http://ehr/cycle-day', valueInteger: 8 }] }), settings)).toEqual({ cycle: 2, day: 8 })
    expect(statedInStructure(order({ extension: [{ url: 'http://ehr/plan', extension: [{ url: 'cycleNumber', valueString: '3' }, { url: 'dayNumber', valuePositiveInt: 1 }] }] }), settings)).toEqual({ cycle: 3, day: 1 })
  })
  test('the action of a plan', () => {
    expect(statedInStructure(order({ instantiatesCanonical: ['http://hospital/PlanDefinition/ino|2#cycle-2-day-8'] }), settings)).toEqual({ cycle: 2, day: 8 })
    expect(statedInStructure(order({ basedOn: [{ reference: 'RequestGroup/ino-c3d15' }] }), settings)).toEqual({ cycle: 3, day: 15 })
  })
  test('a random identifier that looks like one says nothing', () => {
    expect(statedInStructure(order({ basedOn: [{ reference: 'CarePlan/0f3b9a52-c1d8-4f11-9d1c-aa31c1d8aa10' }] }), settings)).toBeUndefined()
  })
  test('two plans that differ say nothing', () => {
    expect(statedInStructure(order({ instantiatesUri: ['urn:plan:c1d8', 'urn:plan:c2d1'] }), settings)).toBeUndefined()
  })
  test('answers to our own questions are no data of the EHR', () => {
    expect(statedInStructure(order({ extension: [{ url: 'urn:ino-cds:assertion', extension: [{ url: 'cycle', valueInteger: 2 }] }] }), settings)).toBeUndefined()
  })
})
