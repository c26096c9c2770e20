import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { configTable } from '../src/config.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const readme = readFileSync(`${root}README.md`, 'utf8')

test('the table of settings in the README is the one the code declares', () => {
  expect(readme).toContain(configTable())
})

test('every package has its reason in the README', () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as Record<string, Record<string, string>>
  const named = (name: string): boolean => readme.includes(name) || readme.includes(name.replace('@medplum/', ''))
  const unnamed = Object.keys({ ...dependencies, ...devDependencies }).filter((name) => !name.startsWith('@types/node') && !named(name))
  expect(unnamed).toEqual([])
})

test('the rule shown in the README is the shipped one', () => {
  const shown = /```yaml\n(# yaml-language-server: \$schema=\.\.\/rule[\s\S]*?)```/.exec(readme)?.[1] ?? ''
  const shipped = readFileSync(`${root}cards/qt/qt-hold-gt500.yaml`, 'utf8').split('\n')
  const strange = shown.trim().split('\n').filter((line) => !shipped.includes(line))
  expect(shown).not.toBe('')
  expect(strange).toEqual([])
})
