import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { createGzip } from 'node:zlib'
import { GenericContainer, getContainerRuntimeClient, Wait } from 'testcontainers'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Tags of the images of our Dockerfile. */
export const SERVICE = 'ino-cds:under-test'
export const DEMO_DATA = 'ino-cds-demo-data:under-test'
export const SANDBOX = 'ino-cds-sandbox:under-test'

/** Builds one stage of our Dockerfile, or takes what the engine has of it already. */
export async function buildImage(tag: string, target: string): Promise<void> {
  await GenericContainer.fromDockerfile(ROOT).withTarget(target).build(tag, { deleteOnExit: false })
}

/** A container as it should run: nothing of the image can be changed, and no privilege is left. */
export class Hardened extends GenericContainer {
  constructor(image: string) {
    super(image)
    this.hostConfig.ReadonlyRootfs = true
    this.hostConfig.CapDrop = ['ALL']
    this.hostConfig.SecurityOpt = ['no-new-privileges']
  }
}

const PORT = 8080
const START_MS = 60_000

/** The service, started when it is ready. */
export const serviceContainer = (environment: Readonly<Record<string, string>>): Hardened =>
  new Hardened(SERVICE).withEnvironment({ ...environment }).withExposedPorts(PORT).withStartupTimeout(START_MS).withWaitStrategy(Wait.forHttp('/health/ready', PORT, { abortOnContainerExit: true }))

/** A FHIR server: our sandbox, which has one built in. */
export const fhirContainer = (name: string): GenericContainer =>
  new GenericContainer(SANDBOX).withEnvironment({ PUBLIC_URL: `http://${name}:${String(PORT)}` }).withNetworkAliases(name).withExposedPorts(PORT).withStartupTimeout(START_MS)
    .withWaitStrategy(Wait.forHttp('/fhir/metadata', PORT, { abortOnContainerExit: true }))

export const addressOf = (container: { getHost(): string; getMappedPort(port: number): number }): string => `http://${container.getHost()}:${String(container.getMappedPort(PORT))}`

/** The engine's own view of a container, and what only the engine can do to it. */
export async function engineOf(id: string) {
  const { container } = await getContainerRuntimeClient()
  const handle = container.getById(id)
  return {
    inspect: () => handle.inspect(),
    signal: (signal: 'SIGKILL' | 'SIGTERM' | 'SIGHUP') => handle.kill({ signal }),
    ended: () => handle.wait() as Promise<{ StatusCode: number }>,
  }
}

/** Bytes of an image as a registry would send it: its layers compressed, at the quickest level, so rather too many than too few. */
export async function transferBytes(tag: string): Promise<number> {
  const { container } = await getContainerRuntimeClient()
  const layers = await container.dockerode.getImage(tag).get()
  let bytes = 0
  await pipeline(layers, createGzip({ level: 1 }), new Writable({ write: (chunk: Buffer, _encoding, done) => {
    bytes += chunk.length
    done()
  } }))
  return bytes
}
