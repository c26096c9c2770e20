declare module 'autocannon' {
  interface Result {
    readonly requests: { readonly average: number; readonly total: number }
    readonly latency: { readonly p50: number; readonly p99: number; readonly max: number }
    readonly non2xx: number
    readonly errors: number
    /** seconds */
    readonly duration: number
  }
  interface Options {
    readonly url: string
    readonly method: string
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
    readonly connections: number
    readonly duration: number
    /** Seconds after which a request counts as failed. */
    readonly timeout?: number
  }
  /** The part of autocannon 9 that the measurements use. */
  export default function autocannon(options: Options): Promise<Result>
}
