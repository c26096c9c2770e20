import { type Fact, missing, present } from '../facts/fact.ts'
import type { ScopeInternals } from '../facts/scope.ts'
import { unavailability } from '../facts/select.ts'
import type { Derivation } from './derivation.ts'
import { valuesOf } from './vod-baseline.ts'

interface Age { readonly age: Fact; readonly never: Fact }

/** Days since the newest value, and whether there is none at all; both unknown where the source could not be read. */
function ageOf(newestDay: number | undefined, source: string, scope: ScopeInternals): Age {
  const lost = newestDay === undefined ? unavailability(source, scope) : undefined
  if (lost) return { age: lost, never: lost }
  const days = newestDay === undefined ? undefined : scope.now.day - newestDay
  return {
    age: days === undefined ? missing('absent', 'no result on file') : present(days, scope.phrases.say`${String(days)} d ago`),
    never: present(days === undefined, days === undefined ? 'none on file' : 'no'),
  }
}

const LIVER_TESTS = ['alt', 'ast', 'bili'] as const

/** A set of liver tests is as old as the oldest of its newest results; without one of them there is no set. */
function newestSet(scope: ScopeInternals): number | undefined {
  const days = LIVER_TESTS.map((measurement) => valuesOrBounds(scope, measurement))
  return days.some((day) => day === undefined) ? undefined : Math.min(...days.flatMap((day) => day ?? []))
}

const valuesOrBounds = (scope: ScopeInternals, measurement: string): number | undefined => scope.samples(measurement).find(({ final, reading }) => final && reading)?.at.day

/** How long ago the patient was weighed and liver tests were taken. */
export const vodMonitoring: Derivation = {
  facts: {
    weightAgeDays: { title: 'Days since the last weight', type: 'number', unit: 'd' },
    weightNever: { title: 'No weight on file', type: 'boolean' },
    weightSaid: { title: 'Last weight in words', type: 'text' },
    liverTestsAgeDays: { title: 'Days since ALT, AST and bilirubin were all taken', type: 'number', unit: 'd' },
    liverTestsNever: { title: 'No complete set of liver tests on file', type: 'boolean' },
    liverTestsSaid: { title: 'Last liver tests in words', type: 'text' },
  },
  uses: [],
  series: ['bodyWeight', ...LIVER_TESTS],
  compute(scope) {
    const [weight] = valuesOf(scope, 'bodyWeight')
    const weights = ageOf(weight?.at.day, 'vitals', scope)
    const tests = ageOf(newestSet(scope), 'labs', scope)
    const said = ({ age }: Age, what: string): Fact => present(what, age.state === 'present' ? scope.phrases.say`last ${what} ${age.text}` : scope.phrases.say`no ${what} on file`)
    return {
      weightAgeDays: weights.age, weightNever: weights.never, weightSaid: said(weights, 'weight'),
      liverTestsAgeDays: tests.age, liverTestsNever: tests.never, liverTestsSaid: said(tests, 'ALT, AST and bilirubin'),
    }
  },
}

