import type { FhirResource } from './draft-orders.ts'

export { lintResponse } from './response-lint.ts'

export type Indicator = 'info' | 'warning' | 'critical'

/** Coding of CDS Hooks: code and system are required, display is for people. */
export interface Coding { readonly code: string; readonly system: string; readonly display?: string }

/** Reverse-DNS key to anything (CDS Hooks, Extensions). */
export type Extension = Readonly<Record<string, unknown>>

/** Who says so (CDS Hooks, Source). `url` is about the organisation, never about this one card. */
export interface Source { readonly label: string; readonly url?: string; readonly icon?: string; readonly topic?: Coding }

/** A change to the client's drafts (CDS Hooks, Action). All actions of a suggestion belong together. */
export type Action =
  | { readonly type: 'create' | 'update'; readonly description: string; readonly resource: FhirResource; readonly extension?: Extension }
  | { readonly type: 'delete'; readonly description: string; readonly resourceId: string; readonly extension?: Extension }

/** A button on a card (CDS Hooks, Suggestion). */
export interface Suggestion {
  readonly label: string
  readonly uuid: string
  readonly isRecommended?: true
  readonly actions?: readonly Action[]
  readonly extension?: Extension
}

/** A link on a card (CDS Hooks, Link). `appContext` only for SMART apps. */
export type Link =
  | { readonly type: 'absolute'; readonly label: string; readonly url: string; readonly extension?: Extension }
  | { readonly type: 'smart'; readonly label: string; readonly url: string; readonly appContext?: string; readonly extension?: Extension }

/** A reason the clinician may give for not following a card. */
export type OverrideReason = Required<Coding>

/** A card (CDS Hooks, Card Attributes). `summary` has fewer than 140 characters, `detail` is GitHub-flavoured Markdown. */
export interface Card {
  readonly uuid: string
  readonly summary: string
  readonly indicator: Indicator
  readonly detail?: string
  readonly source: Source
  readonly suggestions?: readonly Suggestion[]
  readonly selectionBehavior?: 'at-most-one' | 'any'
  readonly overrideReasons?: readonly OverrideReason[]
  readonly links?: readonly Link[]
  readonly extension?: Extension
}

/** The answer of a hook call (CDS Hooks, CDS Service Response). */
export interface HookResponse { readonly cards: readonly Card[]; readonly extension?: Extension }
