import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))
export const text = (path: string): string => readFileSync(`${ROOT}${path}`, 'utf8')

export const yaml = (path: string): unknown => parse(text(path))
export const base = (name: string): unknown => yaml(`docker/kubernetes/base/${name}.yaml`)

/** What lies at a path such as `spec.containers.0.image`; undefined where nothing does. Dots within a key are written `\\.`. */
export function at(tree: unknown, path: string): unknown {
  const keys = path.split(/(?<!\\)\./).map((key) => key.replaceAll('\\.', '.'))
  return keys.reduce<unknown>((node, key) => (typeof node === 'object' && node !== null ? Object.entries(node).find(([name]) => name === key)?.[1] : undefined), tree)
}
export const list = (tree: unknown, path: string): readonly unknown[] => {
  const found = at(tree, path)
  return Array.isArray(found) ? found : []
}

/** `NAME=value` lines. */
export const envFile = (path: string): Readonly<Record<string, string>> =>
  Object.fromEntries(text(path).split('\n').filter((line) => /^\w+=/.test(line)).map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))

const DOCKERFILE = text('Dockerfile')
/** Values of `ENV` in the image of the service. */
export const imageEnv = Object.fromEntries([...DOCKERFILE.matchAll(/^ENV (.+)$/gm)].flatMap(([, line = '']) => [...line.matchAll(/(\w+)=(\S+)/g)].map(([, name, value]) => [name, value])))
export const imageUser = /^USER (\d+):(\d+)$/m.exec(DOCKERFILE)?.slice(1).map(Number) ?? []
/** The command of HEALTHCHECK. */
export const healthCheck = JSON.parse(/HEALTHCHECK .*CMD (\[.*\])$/m.exec(DOCKERFILE)?.[1] ?? '[]') as readonly string[] // sound: a JSON list of words in the exec form
