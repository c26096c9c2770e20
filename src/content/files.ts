import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'

/** Content files by path relative to the content root, with forward slashes: `cards/qt/qt-hold-gt500.yaml`. */
export type ContentFiles = ReadonlyMap<string, string>

const FOLDERS = ['cards', 'fhir-mappings'] as const

/** Reads all YAML files of a content root, in a stable order. Throws if a folder is missing. */
export function readContentFiles(root: string): ContentFiles {
  const files = new Map<string, string>()
  for (const folder of FOLDERS) {
    const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml'))
    for (const name of names.sort()) {
      const path = join(root, folder, name)
      files.set(relative(root, path).split(sep).join('/'), readFileSync(path, 'utf8'))
    }
  }
  return files
}
