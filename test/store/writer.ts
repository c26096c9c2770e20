import { openEmbeddedStore } from '../../src/store/embedded.ts'
import { decision, feedback } from './records.ts'

/** Stores feedback without end, and says the number of each entry once it is durable. Killed by the test. */
const folder = process.argv[2]
if (folder === undefined) throw new Error('usage: writer <folder>')
const store = openEmbeddedStore(folder)
await store.recordDecision(decision())
for (let entry = 1; ; entry += 1) {
  await store.recordFeedback([feedback({ outcomeAt: entry })])
  process.stdout.write(`${entry}\n`)
  await new Promise((resolve) => setImmediate(resolve))
}
