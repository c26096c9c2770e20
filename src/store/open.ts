import { openEmbeddedStore } from './embedded.ts'
import type { Store } from './store.ts'

export interface StoreSettings { readonly dataDir: string; readonly databaseUrl: string | undefined }

/** The store the settings ask for. Throws when it cannot be opened, rather than remembering things where nobody looks for them. */
export async function openStore({ dataDir, databaseUrl }: StoreSettings): Promise<Store> {
  if (databaseUrl !== undefined) throw new Error('DATABASE_URL is set, but this release has the embedded store only: unset it')
  return openEmbeddedStore(dataDir)
}
