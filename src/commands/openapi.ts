import { openApiDocument } from '../http/openapi/document.ts'
import type { Outcome } from './outcome.ts'

/** The OpenAPI description of a service at the default address. */
export function openApi(): Outcome {
  return { ok: true, lines: [JSON.stringify(openApiDocument({ publicUrl: 'http://localhost:8080' }), undefined, 2)] }
}
