import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Content is compiled and fhirpath loaded once per worker instead of once per file: no test leaves state behind.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What is awaited comes at once; a machine under load may take longer.
    expect: { poll: { timeout: 15_000 } },
  },
})
