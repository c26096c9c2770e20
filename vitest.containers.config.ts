import { defineConfig } from 'vitest/config'

/** Tests against real servers in containers. Without a container engine they are skipped, or fail where CONTAINERS=required. */
export default defineConfig({
  test: {
    include: ['test/containers/**/*.container.ts'],
    globalSetup: ['test/containers/engine.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 180_000,
  },
})
