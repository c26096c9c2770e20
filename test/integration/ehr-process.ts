/**
 * A second EHR as a process of its own: a FHIR R4 server that its parent fills, spoils and questions over the channel of child_process.fork.
 * Parent → `{ set: EhrState }` or `{ ask: 'requests' }`; child → `{ base }` when it listens, `{ set: true }`, `{ requests }`.
 */
import { type EhrState, startEhr } from './fhir-server.ts'

const ehr = await startEhr({}, Number(process.argv[2] ?? 0))
const tell = (message: object): void => void process.send?.(message)

process.on('message', (message: { readonly set?: EhrState }) => {
  if (message.set) ehr.set(message.set)
  tell(message.set ? { set: true } : { requests: ehr.requests })
})
process.on('disconnect', () => process.exit(0))
tell({ base: ehr.base })
