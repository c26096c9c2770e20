import { isObject, textOf } from './resources.ts'
import type { SiteLimit } from './series.ts'

/**
 * The site's own limits of normal for analytes whose results carry none: `{ alt: { uln: { value: 40, unit: U/L } } }`. Used only where
 * the result itself has no range; the limit of another laboratory's result is never borrowed.
 */
export function siteLimits(table: unknown): SiteLimit {
  return (measurement, limit) => {
    const analyte = isObject(table) ? table[measurement] : undefined
    const stated = isObject(analyte) ? analyte[limit] : undefined
    if (!isObject(stated) || typeof stated['value'] !== 'number') return undefined
    const unit = textOf(stated['unit'])
    return unit === undefined ? undefined : { value: stated['value'], unit }
  }
}
