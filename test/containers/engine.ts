import { GenericContainer, getContainerRuntimeClient, Wait } from 'testcontainers'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    /** URL of a PostgreSQL server that all files share; undefined where no container engine is to be had. */
    postgres: string | undefined
  }
}

/** A PostgreSQL server of the release that the documentation names, ready for connections from outside. */
export const postgresContainer = () => new GenericContainer('postgres:15-bookworm')
  .withEnvironment({ POSTGRES_PASSWORD: 'postgres' })
  .withExposedPorts(5432)
  // By network: while the official image initialises, it listens on its socket alone.
  .withWaitStrategy(Wait.forSuccessfulCommand('pg_isready --host 127.0.0.1 --username postgres'))

/** Starts what the tests share, or says once why they are skipped. CONTAINERS=required makes that an error. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  try {
    await getContainerRuntimeClient()
  } catch (cause) {
    if (process.env['CONTAINERS'] === 'required') throw cause
    console.log('skipped: tests in containers need a container engine (Docker, or Podman with DOCKER_HOST), and there is none')
    project.provide('postgres', undefined)
    return undefined
  }
  // Its data are gone when the tests are over: no need to wait for the disk.
  const postgres = await postgresContainer().withCommand(['postgres', '-c', 'fsync=off']).start()
  project.provide('postgres', `postgres://postgres:postgres@${postgres.getHost()}:${String(postgres.getMappedPort(5432))}/postgres`)
  return async () => void await postgres.stop()
}
