import { type Fact, missing, present } from '../facts/fact.ts'
import type { Derivation } from './derivation.ts'
import { dosesGiven } from './dose-history.ts'
import { flagOf } from './reading.ts'

const OUT_OF_SCOPE = missing('not-applicable', 'the question does not arise')
const answered = (isAnswered: boolean): Fact => present(isAnswered, isAnswered ? 'answered' : 'open')

/** Items of a registry data set that are asked only of some patients or only after the first dose. */
export const dataset: Derivation = {
  facts: {
    pregnancyAnswered: { title: 'Pregnancy', type: 'boolean' }, contraceptionAnswered: { title: 'Contraception', type: 'boolean' },
    responseAnswered: { title: 'Response', type: 'boolean' }, dosesAnswered: { title: 'Date and dose of every infusion', type: 'boolean' },
  },
  uses: ['childbearing', 'hcgOnFile', 'contraceptionDocumented', 'first', 'remission', 'inotuzumabAdministrations'],
  series: ['bodyWeight', 'bodyHeight'],
  compute(scope) {
    const isAsked = flagOf(scope, 'childbearing') === true
    const given = dosesGiven(scope)
    return {
      pregnancyAnswered: isAsked ? scope.fact('hcgOnFile') : OUT_OF_SCOPE,
      contraceptionAnswered: isAsked ? scope.fact('contraceptionDocumented') : OUT_OF_SCOPE,
      responseAnswered: flagOf(scope, 'first') === false ? answered(scope.fact('remission').state === 'present') : OUT_OF_SCOPE,
      dosesAnswered: given.length > 0 ? answered(given.every(({ milligrams }) => milligrams !== undefined)) : OUT_OF_SCOPE,
    }
  },
}
