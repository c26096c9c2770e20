import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'

const page = (path: string): string => fileURLToPath(new URL(`src/web/${path}`, import.meta.url))

/** A compressed copy beside each script and style, so that the service sends it as it is: the rule engine is large. */
const compressed: Plugin = {
  name: 'compressed-copies',
  // After everything is written: what other plugins still change in a bundle would be missing from the copy.
  writeBundle({ dir = '' }, bundle) {
    for (const fileName of Object.keys(bundle).filter((name) => /\.(?:js|css)$/.test(name))) {
      const path = join(dir, fileName)
      writeFileSync(`${path}.br`, brotliCompressSync(readFileSync(path), { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }))
    }
  },
}

/** The pages, built into dist/web and served from there by the service itself. Tests (mode `test`) keep the project's root. */
export default defineConfig(({ mode }) => ({
  root: mode === 'test' ? '.' : 'src/web',
  base: '/',
  plugins: [compressed],
  // The pages' content security policy allows scripts from 'self' only: nothing inline, no polyfill.
  build: {
    outDir: '../../dist/web', emptyOutDir: true, target: 'es2024', modulePreload: { polyfill: false }, assetsInlineLimit: 0, manifest: 'manifest.json',
    chunkSizeWarningLimit: 2048,
    // The engine keeps its exports, so that a test may ask the very bundle that is served.
    rolldownOptions: { preserveEntrySignatures: 'exports-only', input: { index: page('index.html'), timeline: page('timeline/index.html'), engine: page('timeline/engine.ts') } },
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
}))
