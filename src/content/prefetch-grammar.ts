/** The tokens of CDS Hooks 2.0.1 that the hooks of ours can fill. */
const PATIENT = '{{context.patientId}}'
const TOKENS: ReadonlySet<string> = new Set([PATIENT, '{{context.userId}}', '{{context.encounterId}}', '{{userPractitionerId}}', '{{userPractitionerRoleId}}', '{{userPatientId}}', '{{userRelatedPersonId}}'])

const READ = /^(?<type>[A-Z][A-Za-z]+)\/(?<id>[^/?\s]+)$/
const SEARCH = /^(?<type>[A-Z][A-Za-z]+)\?(?<query>\S+)$/
const PARAMETER = /^(?<name>_?[a-z][a-z-]*)(?<modifier>:in)?=(?<value>[^=]+)$/
/** Parameters of results: the rest of them does not belong to the subset that clients are asked to support. */
const RESULTS: ReadonlySet<string> = new Set(['_count', '_sort', '_id', '_lastUpdated'])
const R4_SORT = /^-?[a-z][a-z-]*$/

function parameterProblem(parameter: string): string | undefined {
  const { name = '', value = '' } = PARAMETER.exec(parameter)?.groups ?? {}
  if (name === '') return `${parameter.slice(0, 40)} is no plain search parameter: modifiers other than :in and chains are not for templates`
  if (name.startsWith('_') && !RESULTS.has(name)) return `${name} is not understood by every client`
  if (name === '_sort' && !R4_SORT.test(value)) return '_sort is written -date in R4'
  return name === '_count' && !/^[1-9]\d*$/.test(value) ? '_count needs a number' : undefined
}

function searchProblem(query: string): string | undefined {
  const parameters = query.split('&')
  const names = parameters.map((parameter) => parameter.split(/[:=]/)[0])
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  // Some clients join repeated parameters with a comma: what FHIR reads as "and" becomes "or".
  if (twice !== undefined) return `${twice} stands twice in one template`
  return parameters.map(parameterProblem).find((problem) => problem !== undefined)
}

/** What is wrong with a prefetch template: a FHIR read or search about the patient, in the token grammar and query subset of CDS Hooks 2.0.1. */
export function templateProblem(template: string, types: readonly string[]): string | undefined {
  const wrongToken = (template.match(/\{\{.*?\}\}|\{\{|\}\}/g) ?? []).find((token) => !TOKENS.has(token))
  if (wrongToken !== undefined) return `${wrongToken} is not a prefetch token`
  if (!template.includes(PATIENT)) return `${PATIENT} is missing: it would ask about everybody`
  const { type = '', query } = (SEARCH.exec(template) ?? READ.exec(template))?.groups ?? {}
  if (type === '') return 'a template is Type/id or Type?parameters, relative to the FHIR server'
  if (!types.includes(type)) return `${type} is not one of the types of this source`
  return query === undefined ? undefined : searchProblem(query)
}
