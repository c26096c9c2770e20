import { readFileSync } from 'node:fs'

const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')

/** Version of this software, as released. */
// Sound: npm requires a version, and the file is part of this software.
export const VERSION: string = (JSON.parse(text) as { readonly version: string }).version
