import type { FhirResource } from 'fhir/r4.js'
import { useState } from 'preact/hooks'
import { conceptText } from '../flowsheet.ts'
import { TEXTS } from '../texts.ts'
import type { LoadedChart } from './Banner.tsx'
import { CopyButton } from './CopyButton.tsx'
import { JsonTree } from './JsonTree.tsx'

/** Every resource that was read, by type. */
const byType = (chart: LoadedChart): ReadonlyMap<string, readonly FhirResource[]> =>
  Map.groupBy(Object.values(chart).flatMap((section) => (section.state === 'loaded' ? section.value : [])), ({ resourceType }) => resourceType)

const titleOf = (resource: FhirResource): string => {
  if ('medicationCodeableConcept' in resource) return conceptText(resource.medicationCodeableConcept)
  if ('vaccineCode' in resource) return conceptText(resource.vaccineCode)
  if ('title' in resource && typeof resource.title === 'string') return resource.title
  return 'code' in resource && typeof resource.code === 'object' && !Array.isArray(resource.code) ? conceptText(resource.code) : ''
}

const whenOf = (resource: FhirResource): string => {
  const dates = ['effectiveDateTime', 'onsetDateTime', 'authoredOn', 'performedDateTime', 'occurrenceDateTime', 'authored', 'birthDate']
  const entries = new Map<string, unknown>(Object.entries(resource))
  const found = dates.map((name) => entries.get(name)).find((value) => typeof value === 'string')
  return typeof found === 'string' ? found.slice(0, 16).replace('T', ' ') : ''
}

interface ListProps { readonly resources: readonly FhirResource[]; readonly chosen: FhirResource | undefined; readonly onChoose: (resource: FhirResource) => void }

const Resources = ({ resources, chosen, onChoose }: ListProps) => (
  <ul class="resources" aria-label={TEXTS.record.resources}>
    {resources.map((resource) => (
      <li key={resource.id}>
        <button type="button" aria-current={resource === chosen ? 'true' : undefined} onClick={() => onChoose(resource)}>
          <b>{titleOf(resource) || resource.id}</b><br /><span class="muted">{[whenOf(resource), resource.id].filter(Boolean).join(' · ')}</span>
        </button>
      </li>
    ))}
  </ul>
)

/** What the FHIR server knows of the patient: resources by type, each as it is. */
export const RecordPanel = ({ chart }: { readonly chart: LoadedChart }) => {
  const [type, setType] = useState('Patient')
  const [id, setId] = useState<string>()
  const types = byType(chart)
  const resources = [...types.get(type) ?? []].sort((a, b) => whenOf(b).localeCompare(whenOf(a)))
  const chosen = resources.find((resource) => resource.id === id) ?? resources[0]
  if (types.size === 0) return <p class="empty drawer-empty">{TEXTS.record.none}</p>
  return (
    <div class="record">
      <ul class="types" aria-label={TEXTS.record.types}>
        {[...types].sort(([a], [b]) => a.localeCompare(b)).map(([name, some]) => (
          <li key={name}><button type="button" aria-current={name === type ? 'true' : undefined} onClick={() => setType(name)}>{name} <span class="muted">{some.length}</span></button></li>
        ))}
      </ul>
      <Resources resources={resources} chosen={chosen} onChoose={(resource) => setId(resource.id)} />
      {chosen
        ? (
          <section class="side" aria-label={TEXTS.record.resource}>
            <h4><code>{`GET /fhir/${chosen.resourceType}/${chosen.id ?? ''}`}</code> <CopyButton label={TEXTS.traffic.copyJson} text={() => JSON.stringify(chosen, null, 2)} /></h4>
            <JsonTree key={chosen.id} title={chosen.resourceType} value={chosen} open={4} />
          </section>
        )
        : null}
    </div>
  )
}
