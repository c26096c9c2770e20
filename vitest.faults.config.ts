import { defineConfig } from 'vitest/config'

/** The fault matrix: the real service as a process of its own, among real neighbours that fail. Some rows wait for time-outs, so they run side by side. */
export default defineConfig({
  test: {
    root: '.',
    include: ['test/faults/**/*.fault.ts'],
    maxWorkers: 4,
    testTimeout: 90_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 15_000 } },
  },
})
