import { defineConfig } from 'vitest/config'

/** The order-entry page in a real browser against the real sandbox. Needs the built page (`vite build`) and Debian's chromium. */
export default defineConfig({
  test: {
    root: '.',
    include: ['test/browser/**/*.browser.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
