/**
 * Loaded into a measured process beside its program (`--import`): tells its parent what it used since it was last asked. The channel to the
 * parent keeps no process alive.
 */
import { GCProfiler } from 'node:v8'

/** What a process used between two questions; memory in bytes, CPU in µs. */
export interface Usage {
  readonly allocated: number
  readonly cpu: number
  readonly rss: number
  readonly peakRss: number
  readonly heap: number
}

let profiler = new GCProfiler()
let heapBefore = process.memoryUsage().heapUsed
let cpuBefore = process.cpuUsage()
profiler.start()

/** What the collector took away, and what is left of it. */
function allocated(): number {
  const { statistics } = profiler.stop()
  profiler = new GCProfiler()
  profiler.start()
  const collected = statistics.reduce((sum, { beforeGC, afterGC }) => sum + beforeGC.heapStatistics.usedHeapSize - afterGC.heapStatistics.usedHeapSize, 0)
  const heap = process.memoryUsage().heapUsed
  const grown = heap - heapBefore
  heapBefore = heap
  return collected + grown
}

function usage(): Usage {
  const { user, system } = process.cpuUsage(cpuBefore)
  cpuBefore = process.cpuUsage()
  globalThis.gc?.()
  const { rss, heapUsed } = process.memoryUsage()
  return { allocated: allocated(), cpu: user + system, rss, peakRss: process.resourceUsage().maxRSS * 1024, heap: heapUsed }
}

process.on('message', (message) => { if (message === 'usage') process.send?.(usage()) })
process.channel?.unref()
