import { bilirubinCause } from './bilirubin.ts'
import { blasts } from './blasts.ts'
import { body } from './body.ts'
import { counts } from './counts.ts'
import type { Derivation } from './derivation.ts'
import { dose } from './dose.ts'
import { electrolytes } from './electrolytes.ts'
import { exposure } from './exposure.ts'
import { interruption } from './interruption.ts'
import { actionable, labsDue } from './order.ts'
import { qt } from './qt.ts'
import { response } from './response.ts'
import { sourcesRead, ursodiolDose } from './supportive.ts'
import { transplant } from './transplant.ts'
import { treatment } from './treatment.ts'
import { vodHistory } from './vod-history.ts'

/** Every derivation of the product. */
export const derivations: readonly Derivation[] = [
  actionable, labsDue, treatment, interruption, body, response, dose, qt, counts, blasts, bilirubinCause, electrolytes, vodHistory, ursodiolDose, sourcesRead,
  exposure, transplant,
]

/** Which derivation yields a fact. Two that yield the same fact are a programmer's mistake. */
export const derivationsByFact: ReadonlyMap<string, Derivation> = (() => {
  const byFact = new Map<string, Derivation>()
  for (const derivation of derivations) {
    for (const name of Object.keys(derivation.facts)) {
      if (byFact.has(name)) throw new TypeError(`fact ${name} is derived twice`)
      byFact.set(name, derivation)
    }
  }
  return byFact
})()
