import { Decimal } from 'decimal.js'

/** The number one unit of its last written place up or down: '1.0' up is 1.1, '50' down is 49. */
export const shiftNumber = (text: string, by: 'up' | 'down'): number => shiftText(text, by).value

/** The same with its new text, which keeps the places of the old: '1.0' down is '0.9'. */
export function shiftText(text: string, by: 'up' | 'down'): { readonly text: string; readonly value: number } {
  const number = new Decimal(text)
  const places = text.split('.')[1]?.length ?? 0
  return shiftBy(number, new Decimal(10).pow(-places), by, places)
}

/** A whole unit up or down, in the places of the written number: '2.5' up is '3.5'. */
export function shiftWhole(text: string, by: 'up' | 'down'): { readonly text: string; readonly value: number } {
  return shiftBy(new Decimal(text), new Decimal(1), by, text.split('.')[1]?.length ?? 0)
}

function shiftBy(number: Decimal, step: Decimal, by: 'up' | 'down', places: number) {
  const moved = by === 'up' ? number.add(step) : number.sub(step)
  return { text: moved.toFixed(places), value: moved.toNumber() }
}
