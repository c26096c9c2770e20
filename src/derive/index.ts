import { bilirubinCause } from './bilirubin.ts'
import { blasts } from './blasts.ts'
import { body } from './body.ts'
import { counts } from './counts.ts'
import { dataset } from './dataset.ts'
import { conditioning } from './conditioning.ts'
import { cycleAmbiguity } from './cycle-ambiguity.ts'
import { cycleLimits } from './cycle-limits.ts'
import { cycleTotal } from './cycle-total.ts'
import { cytopenia } from './cytopenia.ts'
import type { Derivation } from './derivation.ts'
import { dose } from './dose.ts'
import { doseDays } from './dose-days.ts'
import { doseSentences } from './dose-words.ts'
import { electrolytes } from './electrolytes.ts'
import { eligibility } from './eligibility.ts'
import { exposure } from './exposure.ts'
import { hepaticCourse } from './hepatic-course.ts'
import { holds } from './holds.ts'
import { bleeding, fever, severeInfection } from './infection.ts'
import { infections } from './infections.ts'
import { azoles, calicheamicin, doseDistance, orderedDrug } from './interactions.ts'
import { infusion } from './infusion.ts'
import { interruption } from './interruption.ts'
import { leukemia } from './leukemia.ts'
import { afterDose, responseSchedule, serology } from './monitoring.ts'
import { actionable, labsDue } from './order.ts'
import { qt } from './qt.ts'
import { ecgDue, qtPredisposition } from './qt-risk.ts'
import { reproductive } from './reproductive.ts'
import { response } from './response.ts'
import { sameDayDoses } from './same-day-doses.ts'
import { sourcesRead, ursodiolDose } from './supportive.ts'
import { tlsRisk } from './tls.ts'
import { tlsCriteria } from './tls-criteria.ts'
import { infusionReaction, toxicity } from './toxicity.ts'
import { transplant } from './transplant.ts'
import { treatment } from './treatment.ts'
import { treatmentSummary } from './treatment-summary.ts'
import { vaccineGiven, vaccineOrder } from './vaccines.ts'
import { vials } from './vials.ts'
import { vodBeforeTreatment } from './vod-before-treatment.ts'
import { vodBaseline } from './vod-baseline.ts'
import { vodCourse } from './vod-course.ts'
import { vodCriteria } from './vod-criteria.ts'
import { vodEvidence } from './vod-evidence.ts'
import { vodHistory } from './vod-history.ts'
import { vodMonitoring } from './vod-monitoring.ts'
import { vodOrgans } from './vod-organs.ts'
import { vodRisk } from './vod-risk.ts'
import { vodSeverity } from './vod-severity.ts'
import { vodSigns } from './vod-signs.ts'
import { vodTables } from './vod-tables.ts'
import { defibrotideDose } from './vod-treatment.ts'

/** Every derivation of the product. */
export const derivations: readonly Derivation[] = [
  actionable, labsDue, treatment, interruption, body, response, dose, qt, counts, blasts, bilirubinCause, electrolytes, vodHistory, ursodiolDose, sourcesRead,
  vodCourse, vodBaseline, vodEvidence, vodSigns, vodCriteria, vodOrgans, vodRisk, vodSeverity, defibrotideDose, vodMonitoring, hepaticCourse,
  exposure, transplant, conditioning, doseDistance, orderedDrug, azoles, calicheamicin, vaccineOrder, vaccineGiven,
  leukemia, infections, eligibility, vodBeforeTreatment, reproductive, dataset,
  qtPredisposition, ecgDue, tlsRisk, tlsCriteria, toxicity, infusionReaction, severeInfection, fever, bleeding, serology, afterDose, responseSchedule, treatmentSummary,
  cycleAmbiguity, doseSentences, cycleLimits, cycleTotal, cytopenia, infusion, sameDayDoses, vials,
  doseDays, holds, vodTables,
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
