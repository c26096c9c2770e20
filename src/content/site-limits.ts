import { z } from 'zod'
import type { Mapping } from '../facts/mapping.ts'
import { readQuantity } from '../language/units.ts'
import type { SiteChoice } from './compile-settings.ts'
import { didYouMean } from './problem.ts'
import type { ContentReader } from './reader.ts'

const FORM = 'such as { alt: { uln: { value: 40, unit: U/L } } }'
const Limits = z.record(z.string(), z.strictObject({ value: z.number(), unit: z.string().min(1) }))

/** A limit that is never looked at would be a limit that the site believes in: names, form and units are checked. */
export function checkSiteLimits({ limits = {}, file }: SiteChoice, mapping: Mapping, reader: ContentReader): void {
  const limited = new Map([...mapping.measurements].filter(([, { limits: kinds = [] }]) => kinds.length > 0))
  for (const [name, value] of Object.entries(limits)) {
    const measurement = limited.get(name)
    const wrong = measurement ? faultsOf(value, measurement, mapping) : [{ says: 'has no limit that anything is compared with', hint: didYouMean(name, limited.keys()) ?? `one of ${[...limited.keys()].join(', ')}` }]
    for (const { says, hint } of wrong) reader.problems.push({ file, line: 1, column: 1, message: `site_uln: ${name} ${says}`, hint })
  }
}

type Measured = Mapping['measurements'] extends ReadonlyMap<string, infer M> ? M : never

function faultsOf(value: unknown, { limits: kinds = [], quantity: kind }: Measured, { units }: Mapping): { readonly says: string; readonly hint: string }[] {
  const parsed = Limits.safeParse(value)
  if (!parsed.success) return [{ says: 'must give a number and a unit for each limit', hint: FORM }]
  return Object.entries(parsed.data).flatMap(([limit, quantity]) => {
    if (!kinds.some((one) => one === limit)) return [{ says: `has no limit of this name: ${limit}`, hint: `it has ${kinds.join(', ')}` }]
    // A kind that no unit has is a problem of the content, told there.
    if (!Object.hasOwn(units, kind)) return []
    return 'problem' in readQuantity(units, kind, quantity) ? [{ says: `${limit} is in a unit that this measurement does not come in`, hint: 'units are listed in fhir-mappings/units.yaml' }] : []
  })
}
