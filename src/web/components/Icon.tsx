import type { Indicator } from '../wire.ts'

const PATHS = {
  critical: <><path d="M5.200 1.500h5.600L14.500 5.200v5.600l-3.700 3.700H5.200L1.500 10.800V5.200z" /><path class="ink" d="M8 4.300v4.400M8 10.600v1.400" /></>,
  warning: <><path d="M8 1.200 15.200 14H.8z" /><path class="ink" d="M8 5.600v4M8 11v1.400" /></>,
  info: <><circle cx="8" cy="8" r="6.800" /><path class="ink" d="M8 7.200v4.400M8 4.200v1.500" /></>,
  done: <path class="line" d="m2.800 8.400 3.400 3.500 7-7.600" />,
  search: <><circle class="line" cx="7" cy="7" r="4.400" /><path class="line" d="m10.300 10.300 3.700 3.700" /></>,
} as const

export type IconName = Indicator | 'done' | 'search'

/** A decorative sign; the word beside it carries the meaning. */
export const Icon = ({ name }: { readonly name: IconName }) => (
  <svg class={`icon icon-${name}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">{PATHS[name]}</svg>
)
