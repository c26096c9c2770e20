import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Burden, BURDEN_FILE, burdenPage, demoBurdens, vectorBurdens } from './burden.ts'
import { HOSPITALS } from './hospital.ts'
import { vectors } from './read.ts'

/** P0, P0 on Day 8 and P0 before cycle 2: nothing is wrong with their orders. */
const QUIET = vectors.filter(({ id }) => ['1', '2', '3'].includes(id))

const page = readFileSync(BURDEN_FILE, 'utf8')
let demos: readonly Burden[]
beforeAll(async () => { demos = await demoBurdens() })

test('the quiet patients are the base patients, on Day 1, on Day 8 and before cycle 2', () => expect(QUIET.map(({ base }) => base)).toEqual(['p0', 'p0-d8', 'p0-c2']))

describe.each(HOSPITALS)('at the $name hospital', (hospital) => {
  let burdens: readonly Burden[]
  beforeAll(async () => { burdens = await vectorBurdens(hospital) })

  test('no call gets more cards than its hook may show', () => {
    const over = [...burdens, ...demos].filter(({ indicators, budget }) => indicators.length > budget)
    expect(over.map(({ id, hook }) => `${id} ${hook}`)).toEqual([])
  })

  test.each(QUIET)('signing for base patient $id, $title, shows no card', ({ id }) =>
    expect(burdens.filter((one) => one.id === id && one.hook === 'order-sign').map(({ indicators }) => indicators)).toEqual([[]]))

  test('signing never shows cards that only inform', () => {
    const informing = burdens.filter(({ hook, indicators }) => hook === 'order-sign' && indicators.length > 0 && indicators.every((indicator) => indicator === 'info'))
    expect(informing.map(({ id }) => id)).toEqual([])
  })

  test('the published page is what these patients get: after a change, `npm run burden`', () => expect(burdenPage(burdens, demos)).toBe(page))
})

test('the published page holds no date', () => expect(page).not.toMatch(/\d{4}-\d{2}-\d{2}|\b\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b/))
