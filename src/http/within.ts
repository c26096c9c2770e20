/** The time for something was up before it was done. */
export class TooLate extends Error {
  override readonly name = 'TooLate'
}

/** What the work gives, if it gives it in so many ms. Work that comes later is not broken off; its failure is nobody's any more. */
export function within<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    // A process that stood still is late itself: what has arrived meanwhile is read before the time counts as up.
    const timer = setTimeout(() => setImmediate(() => reject(new TooLate('too late'))), ms)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
