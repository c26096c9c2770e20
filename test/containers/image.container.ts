import { GenericContainer, Network, type StartedNetwork, type StartedTestContainer, Wait } from 'testcontainers'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { at, healthCheck, list, yaml } from '../deployment/manifests.ts'
import { override, signStory } from './demonstration.ts'
import { addressOf, buildImage, DEMO_DATA, engineOf, fhirContainer, Hardened, SANDBOX, SERVICE, serviceContainer, transferBytes } from './images.ts'

const BUILD_MS = 600_000
/** Our own FHIR server stands in for HAPI, under its name in the composed demonstration. */
const FHIR = 'http://hapi:8080'
const COMPOSED = at(yaml('docker/compose.yaml'), 'services')
const ADMIN_TOKEN = 'the-secret-of-those-who-run-the-service'
const MOST_BYTES = 200 * 1024 * 1024

describe.skipIf(inject('postgres') === undefined)('the image of the service', () => {
  let network: StartedNetwork
  let fhir: StartedTestContainer
  let service: StartedTestContainer
  let transfer: Promise<number>
  const sh = (command: string) => service.exec(['sh', '-c', command])
  const sign = (patient: string) => signStory(patient, { service: addressOf(service), fhir: addressOf(fhir), fhirName: FHIR })

  beforeAll(async () => {
    await buildImage(SERVICE, 'service')
    await buildImage(DEMO_DATA, 'demo-data')
    await buildImage(SANDBOX, 'sandbox')
    network = await new Network().start()
    fhir = await fhirContainer('hapi').withNetwork(network).start()
    service = await serviceContainer({ AUTH_MODE: 'none', ALLOW_UNAUTHENTICATED: 'yes', FHIR_SERVERS: `${FHIR}/fhir`, ADMIN_TOKEN }).withNetwork(network).start()
    // Takes its time beside the tests, which mostly wait for containers.
    transfer = transferBytes(SERVICE)
    transfer.catch(() => undefined)
  }, BUILD_MS)

  afterAll(async () => {
    await service?.stop()
    await fhir?.stop()
    await network?.stop()
  })

  test('runs as nobody special on a file system that cannot be changed', async () => {
    expect((await sh('id -u; id -g')).output.trim()).toBe('1000\n1000')
    expect((await sh('touch /opt/ino-cds/src/x || touch /usr/x || touch /home/node/x')).exitCode).not.toBe(0)
    expect((await sh('touch /data/x && rm /data/x')).exitCode).toBe(0)
    const { HostConfig } = await (await engineOf(service.getId())).inspect()
    expect(HostConfig.ReadonlyRootfs).toBe(true)
  })

  test('holds no package manager, no compiler and no sandbox', async () => {
    expect((await sh('command -v npm npx yarn corepack gcc make python3 git')).output).toBe('')
    expect((await sh('ls src/sandbox node_modules/vite node_modules/typescript node_modules/@medplum 2>/dev/null')).output).toBe('')
  })

  test('lists what it is made of', async () => {
    const bill: unknown = JSON.parse((await sh('cat sbom.cdx.json')).output)
    const installed = (await sh('node -p "JSON.stringify(Object.keys(require(\'./package.json\').dependencies))"')).output
    expect(bill).toMatchObject({ bomFormat: 'CycloneDX', metadata: { component: { name: 'ino-cds', type: 'application' } } })
    const named = (bill as { components: { name: string }[] }).components.map(({ name }) => name) // sound: a bill of CycloneDX has components with names
    const { dependencies } = { dependencies: JSON.parse(installed) as string[] } // sound: printed as a list one line above
    expect(dependencies.filter((name) => !named.includes(name))).toEqual([])
  })

  test('says itself whether it is healthy', async () => {
    expect((await service.exec([...healthCheck])).exitCode).toBe(0)
  })

  test('answers at every address of its description', async () => {
    const { paths } = await (await fetch(`${addressOf(service)}/docs/openapi.json`)).json() as { paths: Readonly<Record<string, object>> } // sound: a description by OpenAPI has paths
    const pages = Object.entries(paths).filter(([path, methods]) => 'get' in methods && !path.includes('{')).map(([path]) => path)
    const statuses = await Promise.all(pages.map(async (path) => {
      const response = await fetch(addressOf(service) + path, { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } })
      await response.arrayBuffer()
      return [path, response.status] as const
    }))
    expect(pages).toEqual(expect.arrayContaining(['/cds-services', '/rules', '/metrics', '/docs']))
    expect(statuses.filter(([, status]) => status !== 200)).toEqual([])
  })

  test('finds nothing wrong with itself', async () => {
    const { output, exitCode } = await sh('node src/main.ts doctor')
    expect(output).toMatch(/FHIR server http:\/\/hapi:8080\/fhir: FHIR 4\.0\.1/)
    expect([exitCode, output]).toEqual([0, expect.stringMatching(/, 0 wrong\s*$/)])
  })

  test('the demo patients are loaded into a FHIR server that has lost one', async () => {
    const patient = `${addressOf(fhir)}/fhir/Patient/low-anc`
    expect((await fetch(patient, { method: 'DELETE' })).ok).toBe(true)
    expect((await fetch(patient)).ok).toBe(false)
    const loader = await new Hardened(DEMO_DATA).withNetwork(network).withCommand(list(COMPOSED, 'demo-data.command').map(String)).withWaitStrategy(Wait.forOneShotStartup()).start()
    await loader.stop()
    expect((await fetch(patient)).status).toBe(200)
  })

  test('holds a dose of a demo patient whose record it reads itself', async () => {
    const { status, cards, rules } = await sign('low-anc')
    expect(status).toBe(200)
    expect(rules).toContain('hold-anc-cycle-start')
    expect(cards[0]).toMatchObject({ indicator: 'critical', source: { topic: { code: 'giveOrHold' } } })
  })

  test('remembers across a restart what a clinician said', async () => {
    const before = await sign('no-ursodiol')
    const [card] = before.cards
    expect(before.rules).toContain('ursodiol-missing')
    if (card) await override(addressOf(service), card)
    await service.restart({ timeout: 15_000 })
    await expect.poll(() => fetch(`${addressOf(service)}/health/ready`).then(({ status }) => status, () => 0), { timeout: 30_000 }).toBe(200)
    const after = await sign('no-ursodiol')
    expect(after.rules).toEqual(before.rules)
    expect(after.cards.length).toBeLessThan(before.cards.length)
  })

  test('works as the composed demonstration has it: with PostgreSQL, and the FHIR server of the demo patients', async () => {
    const settings = (name: string) => Object.fromEntries(Object.entries(at(COMPOSED, `${name}.environment`) ?? {}).map(([key, value]) => [key, String(value)]))
    const postgres = await new GenericContainer(String(at(COMPOSED, 'postgres.image'))).withEnvironment(settings('postgres')).withExposedPorts(5432).withNetwork(network).withNetworkAliases('postgres')
      .withWaitStrategy(Wait.forSuccessfulCommand(`pg_isready --host 127.0.0.1 --username ${settings('postgres')['POSTGRES_USER'] ?? ''}`)).start()
    const composed = await serviceContainer(settings('ino-cds')).withNetwork(network).start()
    const answer = await signStory('low-anc', { service: addressOf(composed), fhir: addressOf(fhir), fhirName: FHIR })
    await composed.stop()
    await postgres.stop()
    expect([answer.status, answer.cards[0]?.indicator]).toEqual([200, 'critical'])
  })

  test('travels in less than 200 MB', async () => {
    const bytes = await transfer
    console.log(`image of the service: ${(bytes / 1024 / 1024).toFixed(0)} MB compressed`)
    expect(bytes).toBeLessThan(MOST_BYTES)
  })

  test('ends in order when it is asked to', async () => {
    const engine = await engineOf(service.getId())
    const ended = engine.ended()
    await engine.signal('SIGTERM')
    expect(await ended).toMatchObject({ StatusCode: 0 })
  })
})

describe.skipIf(inject('postgres') === undefined)('HAPI FHIR', () => {
  test('holds the demo patients and answers the service as our own server does', async ({ skip }) => {
    const hapi = await new GenericContainer('hapiproject/hapi:v8.8.0').withExposedPorts(8080).withEnvironment({ 'hapi.fhir.fhir_version': 'R4' })
      .withStartupTimeout(300_000).withWaitStrategy(Wait.forHttp('/fhir/metadata', 8080)).start().catch(() => undefined)
    if (!hapi) return skip('the image of HAPI FHIR cannot be had here; our own FHIR server stands in for it')
    const { loadDemoData } = await import('../../src/sandbox/demo-data.ts')
    const base = `${addressOf(hapi)}/fhir`
    const patients = await loadDemoData(base)
    const found = await fetch(`${base}/Patient?_summary=count`, { headers: { accept: 'application/fhir+json' } })
    expect(await found.json()).toMatchObject({ total: patients.length })
    await hapi.stop()
  }, 400_000)
})
