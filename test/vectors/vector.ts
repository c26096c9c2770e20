import type { Layer, Vector } from './format.ts'

/** The patient of a vector, without what is expected and where. */
export function layerOf({ id: _id, title: _title, hook: _hook, profile: _profile, settings: _settings, expect: _expect, cards: _cards, ...layer }: Vector): Layer {
  return layer
}
