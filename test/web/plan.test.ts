import { describe, expect, test } from 'vitest'
import { fieldsOf } from '../../src/web/order.ts'
import { gapBefore, grouped, movedPlan, planDrafts } from '../../src/web/plan.ts'
import type { Drug, Plan } from '../../src/web/sandbox-api.ts'

const DRUG: Drug = { id: 'x', name: 'X', text: 'X', coding: [], dose: { value: 1, unit: 'mg' }, route: { coding: [], text: 'Oral' }, schedule: 'Once' }
const PLAN: Plan = { id: 'p', title: 'P', note: 'Cycle {cycle} Day {day}', drug: 'x', doses: [{ day: 1, dose: { value: 0.8, unit: 'mg/m2' } }, { day: 8, dose: { value: 0.5, unit: 'mg/m2' } }, { day: 15, dose: { value: 0.5, unit: 'mg/m2' } }] }

let made = 0
const header = () => ({ id: `d${made += 1}`, patientId: 'a', userId: 'Practitioner/s', now: new Date(2026, 10, 21, 9) })
const written = (day1: Date) => planDrafts(PLAN, DRUG, { cycle: 2, day1 }, header, 'plan-1')

describe('a plan', () => {
  const drafts = written(new Date(2026, 10, 21, 10))

  test('is one order for each day, with its dose, its date and what it says of itself', () =>
    expect(drafts.map(fieldsOf).map(({ dose, unit, at, note }) => [dose, unit, at, note])).toEqual([
      ['0.8', 'mg/m2', '2026-11-21T10:00', 'Cycle 2 Day 1'], ['0.5', 'mg/m2', '2026-11-28T10:00', 'Cycle 2 Day 8'], ['0.5', 'mg/m2', '2026-12-05T10:00', 'Cycle 2 Day 15'],
    ]))

  test('is held together, earliest first, and stands before orders of their own', () => {
    const { groupIdentifier: _, ...alone } = { ...drafts[0], id: 'alone', resourceType: 'MedicationRequest' as const, status: 'draft' as const, intent: 'order' as const, subject: {} }
    const { plans, single } = grouped([alone, ...[...drafts].reverse()])
    expect(plans.map((plan) => plan.drafts.map(({ id }) => id))).toEqual([drafts.map(({ id }) => id)])
    expect(single.map(({ id }) => id)).toEqual(['alone'])
  })

  test('moves as a whole and keeps its distances', () => {
    const moved = movedPlan({ planId: 'plan-1', drafts }, 3)
    expect(moved.map((draft) => fieldsOf(draft).at)).toEqual(['2026-11-24T10:00', '2026-12-01T10:00', '2026-12-08T10:00'])
    expect(moved.map((_, i) => gapBefore(moved, i))).toEqual([undefined, 7, 7])
  })
})
