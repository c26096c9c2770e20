import { defineConfig } from 'vite'

/** The web page of the sandbox, built into dist/web and served from there by the service itself. Tests (mode `test`) keep the project's root. */
export default defineConfig(({ mode }) => ({
  root: mode === 'test' ? '.' : 'src/web',
  base: '/',
  // The pages' content security policy allows scripts from 'self' only: nothing inline, no polyfill.
  build: { outDir: '../../dist/web', emptyOutDir: true, target: 'es2024', modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
}))
