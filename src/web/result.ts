import type { Observation, Quantity } from 'fhir/r4.js'
import { dateOf, fhirDateTime, localInput } from './dates.ts'
import { askJson } from './http.ts'

/** What the result editor changes. `at` is the value of a datetime-local input. */
export interface ResultFields { readonly value: string; readonly unit: string; readonly at: string }

const UCUM = 'http://unitsofmeasure.org'

/** What the editor shows of a result. */
export const resultFields = ({ valueQuantity, effectiveDateTime }: Observation): ResultFields => {
  const at = dateOf(effectiveDateTime)
  return { value: valueQuantity?.value === undefined ? '' : String(valueQuantity.value), unit: valueQuantity?.code ?? valueQuantity?.unit ?? '', at: at ? localInput(at) : '' }
}

/** An unchanged unit keeps its wording; another one is taken as UCUM, readable or not. */
const quantityOf = (before: Quantity | undefined, value: number, unit: string): Quantity =>
  (unit === (before?.code ?? before?.unit) ? { ...before, value } : { value, unit, system: UCUM, code: unit })

/** The result with the fields written into it; undefined while they are no result. Interpretation, and the range of another unit, would lie. */
export const editedResult = (result: Observation, fields: ResultFields): Observation | undefined => {
  const [value, at] = [Number(fields.value), fhirDateTime(fields.at)]
  if (fields.value.trim() === '' || !Number.isFinite(value) || at === undefined) return undefined
  const { interpretation: _said, valueQuantity, referenceRange, issued: _issued, meta: _meta, ...rest } = result
  const isSameUnit = fields.unit === resultFields(result).unit
  const { comparator: _bound, ...quantity } = quantityOf(valueQuantity, value, fields.unit.trim())
  return { ...rest, effectiveDateTime: at, valueQuantity: quantity, ...(isSameUnit && referenceRange ? { referenceRange } : {}) }
}

const TIMEOUT_MS = 8_000

/** Writes a result into the record, in its place or as a new one. True if the FHIR server took it. */
export const writeResult = async (result: Observation, isNew: boolean): Promise<boolean> => {
  const { id, ...created } = result
  const reply = isNew
    ? await askJson('/fhir/Observation', { method: 'POST', json: created, timeoutMs: TIMEOUT_MS })
    : await askJson(`/fhir/Observation/${encodeURIComponent(id ?? '')}`, { method: 'PUT', json: result, timeoutMs: TIMEOUT_MS })
  return reply.ok
}

/** Takes a result out of the record. True if that was done. */
export const deleteResult = async (id: string): Promise<boolean> =>
  (await askJson(`/fhir/Observation/${encodeURIComponent(id)}`, { method: 'DELETE', timeoutMs: TIMEOUT_MS })).ok
