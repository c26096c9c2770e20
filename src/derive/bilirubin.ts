import { missing, present } from '../facts/fact.ts'
import { numberSetting } from '../facts/settings.ts'
import { isMeasured } from '../facts/view.ts'
import { divide, round } from '../language/decimal.ts'
import type { Derivation } from './derivation.ts'
import { flagOf, numberOf } from './reading.ts'

/** Which recorded cause may explain a high bilirubin without harm to the liver. */
export const bilirubinCause: Derivation = {
  facts: {
    directFraction: { title: 'Direct share of bilirubin', type: 'number' },
    bilirubinExempt: { title: 'Bilirubin is explained by Gilbert syndrome or haemolysis', type: 'boolean' },
    bilirubinToConfirm: { title: 'Gilbert syndrome or haemolysis is recorded but does not explain this bilirubin by itself', type: 'boolean' },
  },
  uses: ['bilirubinLatest', 'bilirubinLatestXuln', 'directBilirubin', 'gilbert', 'hemolysis'],
  compute(scope) {
    const total = scope.fact('bilirubinLatest')
    const direct = scope.fact('directBilirubin')
    const comparable = isMeasured(total) && isMeasured(direct) && total.family === direct.family && typeof total.value === 'number' && typeof direct.value === 'number' && total.value > 0
    const fraction = comparable ? divide(Number(direct.value), Number(total.value)) : undefined
    const isIndirect = fraction === undefined || fraction < numberSetting(scope.settings, 'gilbert_direct_fraction_max')
    const times = numberOf(scope, 'bilirubinLatestXuln')
    const isModest = times !== undefined && times <= numberSetting(scope.settings, 'gilbert_total_max_xuln')
    const gilbert = flagOf(scope, 'gilbert') === true
    const hemolysis = flagOf(scope, 'hemolysis') === true
    const isExempt = isIndirect && ((gilbert && isModest) || hemolysis)
    const cause = gilbert ? 'Gilbert syndrome' : hemolysis ? 'haemolysis' : 'no recorded cause'
    return {
      directFraction: fraction === undefined ? missing('absent', 'direct bilirubin is not known') : present(fraction, `${String(round(fraction * 100, 0, 'half-up'))} %`),
      bilirubinExempt: present(isExempt, cause),
      bilirubinToConfirm: present((gilbert || hemolysis) && !isExempt, cause),
    }
  },
}
