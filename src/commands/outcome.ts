/** What a command prints, and whether it ended well. */
export interface Outcome {
  readonly lines: readonly string[]
  readonly ok: boolean
  /** More lines, printed as they come. */
  readonly stream?: AsyncIterable<string>
}
