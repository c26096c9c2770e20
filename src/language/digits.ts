/** Made once: `toLocaleString` looks its format up at every call. */
const THOUSANDS = new Intl.NumberFormat('en-US')

/** A number with its thousands set apart: 10,000. */
export const grouped = (value: number): string => THOUSANDS.format(value)
