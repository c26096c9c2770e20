import { useMemo } from 'preact/hooks'
import { ageOf, allergyLines, conditionLines, ofType, patientName, type ChartPart, type ChartSection, type Line } from '../chart.ts'
import { dateOf, longDay, shortDay } from '../dates.ts'
import { bodySizeOf, flowsheetOf, shortName } from '../flowsheet.ts'
import type { Loadable } from '../session.ts'
import { TEXTS } from '../texts.ts'

/** The chart of one patient, query by query. */
export type LoadedChart = Readonly<Partial<Record<ChartPart, Loadable<ChartSection>>>>

const loaded = (section: Loadable<ChartSection> | undefined): ChartSection => (section?.state === 'loaded' ? section.value : [])

const Identity = ({ chart, name }: { readonly chart: LoadedChart; readonly name: string }) => {
  const patient = ofType(loaded(chart.patient), 'Patient')[0]
  const born = dateOf(patient?.birthDate)
  const age = patient && ageOf(patient, new Date())
  return (
    <div class="identity">
      <h2>{patient ? patientName(patient) || name : name}</h2>
      <p>
        {[patient ? TEXTS.banner.gender[patient.gender ?? 'unknown'] : '', age === undefined ? '' : TEXTS.banner.years(age), born ? TEXTS.banner.born(longDay(born)) : '']
          .filter((part) => part !== '').join(' · ')}
      </p>
    </div>
  )
}

const BodySize = ({ chart }: { readonly chart: LoadedChart }) => {
  const sizes = useMemo(() => bodySizeOf(flowsheetOf(ofType(loaded(chart.results), 'Observation'))), [chart.results])
  if (sizes.length === 0) return <dd class="muted">{chart.results?.state === 'failed' ? TEXTS.banner.failed : TEXTS.banner.notRecorded}</dd>
  return (
    <dd class="sizes">
      {sizes.map(({ name, cell }) => (
        <span key={name}><span class="muted">{shortName(name)}</span> <b>{cell.value} {cell.unit}</b> <span class="muted">{shortDay(cell.at)}</span></span>
      ))}
    </dd>
  )
}

interface FactProps {
  readonly section: Loadable<ChartSection> | undefined
  readonly lines: (section: ChartSection) => readonly Line[]
  readonly none: string
}

const SHOWN = 2

const Fact = ({ section, lines, none }: FactProps) => {
  if (!section || section.state === 'loading') return <dd class="muted">{TEXTS.page.loading}</dd>
  if (section.state === 'failed') return <dd class="lost">{TEXTS.banner.failed}</dd>
  const current = lines(section.value).filter((line) => !line.isOff)
  if (current.length === 0) return <dd class="muted">{none}</dd>
  const more = current.length - SHOWN
  return (
    <dd>
      {current.slice(0, SHOWN).map((line) => line.title).join('; ')}
      {more > 0 ? <span class="muted"> {TEXTS.banner.others(more)}</span> : null}
    </dd>
  )
}

/** Who this is, how big, with what disease, allergic to what. */
export const Banner = ({ chart, name }: { readonly chart: LoadedChart; readonly name: string }) => (
  <section class="banner" aria-label={TEXTS.banner.label}>
    <Identity chart={chart} name={name} />
    <dl>
      <div><dt>{TEXTS.banner.diagnosis}</dt><Fact section={chart.conditions} lines={conditionLines} none={TEXTS.banner.noDiagnosis} /></div>
      <div><dt>{TEXTS.banner.bodySize}</dt><BodySize chart={chart} /></div>
      <div><dt>{TEXTS.banner.allergies}</dt><Fact section={chart.allergies} lines={allergyLines} none={TEXTS.banner.noAllergies} /></div>
    </dl>
  </section>
)
