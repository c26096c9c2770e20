import { openEmbeddedStore } from '../../src/store/embedded.ts'
import { decision, feedback } from './records.ts'

/** Writes decisions and feedback and uses tokens that others use as well; prints how many tokens it won. */
const [, , folder, name, rounds] = process.argv
if (folder === undefined || name === undefined) throw new Error('usage: contender <folder> <name> <rounds>')
const store = openEmbeddedStore(folder)
let won = 0
for (let round = 0; round < Number(rounds); round += 1) {
  const id = `${name}-${String(round)}`
  await store.recordDecision(decision({ id, cards: [{ uuid: `c-${id}`, rules: ['hold-a'], suggestions: [] }] }))
  won += Number(await store.useToken(`t-${String(round)}`, Number.MAX_SAFE_INTEGER))
  await store.recordFeedback([feedback({ card: `c-${id}` })])
}
await store.close()
process.stdout.write(String(won))
