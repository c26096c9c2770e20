import { expect } from 'vitest'
import { z } from 'zod'
import { item } from '../checklist.ts'
import { sentAlong } from '../patient.ts'
import { another, bearer, get, post, stage, tokenFor } from '../stage.ts'

/** Discovery and the templates in it. */
const Discovery = z.looseObject({ services: z.array(z.looseObject({
  hook: z.string(), id: z.string(), description: z.string(), title: z.string(), usageRequirements: z.string().optional(),
  prefetch: z.record(z.string(), z.string()).optional(), version: z.string(), hookVersion: z.string(), extension: z.record(z.string(), z.unknown()).optional(),
})) })
type Service = z.infer<typeof Discovery>['services'][number]

const discovery = async (): Promise<readonly Service[]> => Discovery.parse(await (await get('/cds-services')).json()).services

interface Template { readonly key: string; readonly text: string; readonly parameters: readonly (readonly [string, string])[] }
const templates = async (): Promise<readonly Template[]> => (await discovery()).flatMap(({ prefetch = {} }) => Object.entries(prefetch).map(([key, text]) => ({
  key, text, parameters: (text.split('?')[1] ?? '').split('&').filter((part) => part !== '').map((part) => [part.split('=')[0] ?? '', part.slice(part.indexOf('=') + 1)] as const),
})))

/** Applies a check to each thing, after making sure that there are things. */
async function each<T>(things: Promise<readonly T[]>, check: (thing: T) => void): Promise<void> {
  const all = await things
  expect(all.length).toBeGreaterThan(0)
  for (const one of all) check(one)
}

item('DISC-01', async () => {
  for (let time = 0; time < 5; time += 1) expect((await get('/cds-services')).status).toBe(200)
  const head = await get('/cds-services', {}, 'HEAD')
  expect([head.status, await head.text()]).toEqual([200, ''])
})

item('DISC-02', async () => {
  const response = await get('/cds-services')
  expect([response.status, Array.isArray(Discovery.parse(await response.json()).services)]).toEqual([200, true])
})

item('DISC-03', () => each(discovery(), ({ hook, id, description }) => {
  expect(['patient-view', 'order-select', 'order-sign']).toContain(hook)
  expect([id.length > 0, description.length > 10]).toEqual([true, true])
}))

item('DISC-04', () => each(discovery(), ({ title }) => expect(title.length).toBeGreaterThan(3)))

item('DISC-05', () => each(discovery(), ({ prefetch }) => {
  if (prefetch === undefined) return
  expect(Object.keys(prefetch).length).toBeGreaterThan(0)
  for (const text of Object.values(prefetch)) expect(text).not.toBe('')
}))

item('DISC-06', () => each(discovery(), ({ usageRequirements }) => expect(usageRequirements).toMatch(/FHIR R4/)))

item('DISC-07', () => each(discovery(), ({ id }) => {
  expect(id).toMatch(/^[a-z0-9-]+$/)
  expect(id.length).toBeLessThanOrEqual(100)
}))

item('DISC-08', async () => {
  for (const { id } of await discovery()) expect((await post(`/cds-services/${id}`, {})).status).toBe(400)
})

item('DISC-09', async () => {
  const services = await discovery()
  expect(new Set(services.map(({ hook, id }) => `${hook} ${id}`)).size).toBe(services.length)
  expect(new Set(services.map(({ id }) => id)).size).toBe(services.length)
})

item('DISC-11', async () => {
  expect((await get('/cds-services')).status).toBe(200)
  expect((await get('/cds-services', bearer(tokenFor('/cds-services')))).status).toBe(200)
  for (const token of [tokenFor('/cds-services/inotuzumab-order-sign'), 'x.y.z']) expect((await get('/cds-services', bearer(token))).status).toBe(401)
}, { needs: ['ehr'] })

item('DISC-12', () => each(discovery(), ({ version }) => expect(version).toBe('2.0.1')))
item('DISC-13', () => each(discovery(), ({ hookVersion }) => expect(hookVersion).toBe('1.0')))

item('DISC-14', () => each(discovery(), ({ extension = {} }) => {
  for (const key of Object.keys(extension)) expect(key).toMatch(/^[a-z]+(\.[A-Za-z0-9-]+)+$/)
}))

item('DISC-16', async () => {
  const texts = await Promise.all(Array.from({ length: 3 }, async () => (await get('/cds-services')).text()))
  expect(new Set(texts).size).toBe(1)
})

item('PRE-01', () => each(templates(), ({ text }) => expect(text).toMatch(/^[A-Z][A-Za-z]+(?:\/[^/?$]+|\?[^?]+)$/)))

const TOKENS = new Set(['context.patientId', 'context.userId', 'context.encounterId', 'userPractitionerId', 'userPractitionerRoleId', 'userPatientId', 'userRelatedPersonId'])
const expectTokens = ({ text }: Template): void => {
  const bodies = [...text.matchAll(/\{\{(.*?)\}\}/g)].map(([, body = '']) => body)
  expect(bodies.filter((body) => !TOKENS.has(body))).toEqual([])
  expect(text.replaceAll(/\{\{.*?\}\}/g, '')).not.toMatch(/[{}]/)
}
item('PRE-02', () => each(templates(), expectTokens))
item('T-52', () => each(templates(), (template) => {
  expectTokens(template)
  expect(template.text).not.toMatch(/today\(|ofType|resolve\(|%/)
}))

item('PRE-03', () => each(templates(), ({ parameters }) => {
  for (const [name, value] of parameters) {
    expect(name).toMatch(/^(?:[a-z-]+(?::in)?|_count|_sort)$/)
    if (/date|authored|time/.test(name)) expect(value).toMatch(/^(?:eq|lt|gt|ge|le)/)
  }
}))
item('PRE-04', () => each(templates(), ({ parameters }) => {
  for (const [name, value] of parameters) {
    expect(name).not.toMatch(/sort:/)
    if (name === '_sort') expect(value).toMatch(/^-?[a-z-]+(?:,-?[a-z-]+)*$/)
  }
}))
item('PRE-05', () => each(templates(), ({ parameters }) => expect(new Set(parameters.map(([name]) => name)).size).toBe(parameters.length)))
item('PRE-06', () => each(templates(), ({ parameters }) => {
  for (const [name, value] of parameters) if (name === 'code') for (const code of value.split(',')) expect(code).toMatch(/^https?:\/\/[^|%]+\|[^|%]+$/)
}))
item('PRE-19', () => each(templates(), ({ text }) => expect(text).not.toContain('{{%')))

const keysOf = async (): Promise<readonly (readonly string[])[]> => {
  const text = await (await get('/cds-services')).text()
  return [...text.matchAll(/"prefetch":\{([^}]*(?:\}\}[^}]*)*)\}/g)].map(([, body = '']) => [...body.matchAll(/"([^"]+)":"/g)].map(([, key = '']) => key))
}
item('T-38', async () => {
  const orders = await keysOf()
  expect(orders.length).toBeGreaterThan(0)
  // Keys like numbers would be put in front by every JavaScript client.
  for (const keys of orders) expect(keys.filter((key) => /^\d+$/.test(key))).toEqual([])
  for (const keys of orders) expect(keys[0]).toBe('patient')
}, { part: 'in discovery' })

item('T-50', async () => {
  const ids = (await discovery()).map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  expect(stage().url).toMatch(/^http/)
})
item('T-53', () => each(discovery(), ({ version, hookVersion }) => expect([version, hookVersion]).toEqual(['2.0.1', '1.0'])))

/** With the other choices of a site: one id for all hooks, and discovery behind a token. */
item('T-50', async () => {
  const { url, stop } = await another({ SERVICE_IDS: 'shared', DISCOVERY: 'jwt' })
  expect((await fetch(`${url}/cds-services`)).status).toBe(401)
  const listed = await fetch(`${url}/cds-services`, { headers: bearer(tokenFor('/cds-services')) })
  const services = Discovery.parse(await listed.json()).services
  expect(new Set(services.map(({ id }) => id)).size).toBe(1)
  expect(new Set(services.map(({ hook }) => hook)).size).toBe(services.length)
  const path = `/cds-services/${services[0]?.id ?? ''}`
  for (const hook of ['order-select', 'order-sign'] as const) {
    const response = await post(path, sentAlong({ hook }), { url })
    expect([response.status, (await response.text()).includes('org.ino-cds.decision')]).toEqual([200, true])
  }
  expect((await post(path, { ...sentAlong(), hook: 'appointment-book' }, { url })).status).toBe(400)
  const entry = { card: 'x', outcome: 'overridden', outcomeTimestamp: '2026-11-20T09:17:42Z' }
  expect((await post(`${path}/feedback`, { feedback: [entry] }, { url })).status).toBe(200)
  await stop()
}, { part: 'with one id for all hooks', needs: ['own'] })
