/** What a link to the page may ask for: the patient, and what to do with the story. */
export interface Scenario { readonly patientId?: string; readonly act?: Act; readonly dialect?: string }

/** `order`: the story's orders are written. `sign`: they are also signed, as far as that goes. */
export const ACTS = ['order', 'sign'] as const
export type Act = (typeof ACTS)[number]

const actOf = (value: string | null): Act | undefined => ACTS.find((act) => act === value)

/** Reads `?patient=low-anc&scenario=order&dialect=epic`. */
export const scenarioOf = (search: string): Scenario => {
  const query = new URLSearchParams(search)
  const [patientId, act, dialect] = [query.get('patient'), actOf(query.get('scenario')), query.get('dialect')]
  return { ...(patientId === null ? {} : { patientId }), ...(act === undefined ? {} : { act }), ...(dialect === null ? {} : { dialect }) }
}

/** The same as an address, for the address bar and for passing on. */
export const searchOf = ({ patientId, act, dialect }: Scenario): string => {
  const query = new URLSearchParams()
  if (patientId !== undefined) query.set('patient', patientId)
  if (act !== undefined) query.set('scenario', act)
  if (dialect !== undefined) query.set('dialect', dialect)
  return query.size === 0 ? '' : `?${query.toString()}`
}
