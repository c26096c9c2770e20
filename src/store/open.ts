import { existsSync } from 'node:fs'
import { embeddedFile, openEmbeddedStore } from './embedded.ts'
import { openPostgresStore } from './postgres.ts'
import type { Store } from './store.ts'

export interface StoreSettings {
  readonly dataDir: string
  readonly databaseUrl: string | undefined
  /** How long to wait for a database server that is not there yet, in ms. */
  readonly patienceMs?: number
}

/** The store the settings ask for. Throws when it cannot be opened, rather than remembering things where nobody looks for them. */
export async function openStore({ dataDir, databaseUrl, patienceMs = 0 }: StoreSettings): Promise<Store> {
  return databaseUrl === undefined ? openEmbeddedStore(dataDir) : openPostgresStore(databaseUrl, patienceMs)
}

/** As above, but a file that is not there is a mistake in the settings: reading must not create an empty store. */
export async function openExistingStore(settings: StoreSettings): Promise<Store> {
  const file = embeddedFile(settings.dataDir)
  if (settings.databaseUrl === undefined && !existsSync(file)) throw new Error(`there is no store at ${file}: check DATA_DIR, or set DATABASE_URL`)
  return openStore(settings)
}
