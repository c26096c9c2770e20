import { describe, expect, test } from 'vitest'
import { compileContent, isContent } from '../../src/content/compile.ts'
import { compileSmall, FILES, filesWith, fileWith, problemsWith, ruleWith } from '../facts/small-content.ts'

const FACTS = 'fhir-mappings/facts/all.yaml'
const CODES = 'fhir-mappings/codes/all.yaml'
const HOLD = 'cards/holds/hold-low.yaml'

const examples = 'examples:\n  - { name: a, given: {}, then: unknown }\n  - { name: b, given: {}, then: unknown }\n'
/** A rule as its author writes it, so that lines and columns can be counted. */
const ruleText = ({ check = '"%neutrophils < 1"', because = 'low', rest = '', on = 'drug-order', then = 'then: { indicator: critical, action: hold, summary: Hold }' }): string =>
  `title: A rule\nhooks: [order-sign]\non: ${on}\ncard: giveOrHold\nevidence: [{ source: US, at: s, says: x }]\nwhen:\n  - because: ${because}\n    check: ${check}\n${then}\n${rest}${examples}`

const factsWith = (facts: object): object => fileWith(FACTS, facts)
const measurement = { kind: 'measurement', title: 'Another', source: 'labs', codes: ['neutrophils'], quantity: 'cell-count', worse: 'low', views: { other: 'doseLabs' }, examples: [{ name: 'a', given: [], then: {} }] }
const presence = { kind: 'presence', title: 'P', source: 'conditions', from: ['Condition'], codes: ['syndrome'], examples: [{ name: 'a', given: [], then: false }, { name: 'b', given: [], then: false }] }
const drugs = { kind: 'drugs', title: 'D', codes: ['azole'], states: ['active'], examples: [{ name: 'a', given: [], then: false }, { name: 'b', given: [], then: false }] }

describe('a content root without mistakes', () => {
  test('compiles to frozen content with everything linked', () => {
    const content = compileSmall()
    expect([...content.rules].map(({ id, group, file }) => [id, group, file])).toEqual([['hold-low', 'holds', HOLD]])
    expect([...content.suggestions.keys()]).toEqual(['order-count', 'remove'])
    expect(Object.isFrozen(content)).toBe(true)
  })
  test('has another hash as soon as a file, a setting or a list is another one, and the same hash otherwise', () => {
    const hash = compileSmall().hash
    expect(compileSmall().hash).toBe(hash)
    const others = [
      compileSmall({ 'cards/sources.yaml': fileWith('cards/sources.yaml', { EU: { short: 'EU', citation: 'x' } }) }), compileSmall({}, { settings: { neutrophil_limit: 1.5 } }),
      compileSmall({}, { lists: { azole: ['1'] } }), compileSmall({}, { profile: 'label-eu' }),
    ]
    expect(new Set([hash, ...others.map((content) => content.hash)]).size).toBe(5)
  })
})

describe('what is wrong in a rule is said with its address and a way out', () => {
  test.each([
    ['an unknown fact', { check: '"%neutrophil < 1"' }, `${HOLD}:8:13 unknown name %neutrophil – did you mean %neutrophils?`],
    ['an unknown fact further on', { check: '"%neutrophils < 1 and %bil > 2"' }, `${HOLD}:8:34 unknown name %bil – did you mean %bili?`],
    ['an unknown setting', { check: '"%neutrophils < %setting.neutrophil_limt"' }, `${HOLD}:8:28 unknown name %setting.neutrophil_limt – did you mean %setting.neutrophil_limit?`],
    ['a number compared with a text', { check: '"%neutrophils = \'low\'"' }, `${HOLD}:8:13 %neutrophils = 'low' compares a number with a text`],
    ['an unknown placeholder', { because: '"they are {{neutrophil}}"' }, `${HOLD}:7:14 unknown placeholder {{neutrophil}} – a fact, fact.date, fact.short, fact.value, fact.uln or setting.name`],
    ['an unknown part of a fact', { because: '"on {{neutrophils.day}}"' }, `${HOLD}:7:14 unknown placeholder {{neutrophils.day}} – a fact, fact.date, fact.short, fact.value, fact.uln or setting.name`],
    ['an unknown setting in a text', { because: '"below {{setting.limit}}"' }, `${HOLD}:7:14 unknown placeholder {{setting.limit}} – a fact, fact.date, fact.short, fact.value, fact.uln or setting.name`],
    ['a brace that is never closed', { because: '"low {{neutrophils"' }, `${HOLD}:7:19 this placeholder is never closed: }} is missing`],
    ['an unknown trigger', { on: 'drug-orders' }, `${HOLD}:3:5 unknown trigger drug-orders – did you mean drug-order?`],
    ['an unknown trigger of a list', { on: '[drug-order, vaccine]' }, `${HOLD}:3:18 unknown trigger vaccine – triggers are listed in cards/triggers.yaml`],
    ['an unknown suggestion', { then: 'then: { indicator: info, action: hold, summary: x, suggestions: [remove, order-cnt] }' }, `${HOLD}:9:74 unknown suggestion order-cnt – did you mean order-count?`],
    ['an unknown override reason', { then: 'then: { indicator: info, action: hold, summary: x, overrideReasons: [fate] }' }, `${HOLD}:9:70 unknown override reason fate – reasons are listed in cards/override-reasons.yaml`],
    ['a name every object has', { then: 'then: { indicator: info, action: hold, summary: x, overrideReasons: [constructor] }', on: '[constructor]' }, `${HOLD}:3:6 unknown trigger constructor – triggers are listed in cards/triggers.yaml`],
    ['an unknown profile', { rest: 'profiles: [label-uk]\n' }, `${HOLD}:10:11 unknown profile label-uk – did you mean label-us?`],
    ['an unknown fact as missing', { rest: 'missing: { neutro: reported elsewhere }\n' }, `${HOLD}:10:20 unknown fact neutro`],
    ['an unknown fact as grade', { rest: 'grade: severityGrade\n' }, `${HOLD}:10:8 unknown fact severityGrade`],
    ['a level that names an unknown fact', { rest: 'levels:\n  - { check: "%neutrofils < 1", indicator: info }\n' }, `${HOLD}:11:15 unknown name %neutrofils – did you mean %neutrophils?`],
    ['an exception that names an unknown fact', { rest: 'unless:\n  - { because: x, check: "%hasSindrome" }\n' }, `${HOLD}:11:27 unknown name %hasSindrome – did you mean %hasSyndrome?`],
  ])('%s', (_, rule, problem) => expect(problemsWith({ [HOLD]: ruleText(rule) })[0]).toBe(problem))

  test.each([
    ['a word the format does not know', ruleText({ rest: 'suggestion: [remove]\n' }), /^cards\/holds\/hold-low\.yaml:1:1 file: Unrecognized key: "suggestion"/],
    ['a member that is missing', ruleText({}).replace('card: giveOrHold\n', ''), /^cards\/holds\/hold-low\.yaml:1:1 card: /],
    ['an indicator that is none', ruleText({ then: 'then: { indicator: hard-stop, action: hold, summary: x }' }), /^cards\/holds\/hold-low\.yaml:9:20 then\.indicator: /],
    ['a source that is none', ruleText({}).replace('source: US', 'source: Wikipedia'), /^cards\/holds\/hold-low\.yaml:5:22 evidence\.0\.source: /],
    ['only one example', ruleText({}).replace('  - { name: b, given: {}, then: unknown }\n', ''), /^cards\/holds\/hold-low\.yaml:11:3 examples: /],
    ['an example of an unknown fact', ruleText({}).replace('{ name: a, given: {}', '{ name: a, given: { neutrofils: 1 }'), /^cards\/holds\/hold-low\.yaml:11:37 unknown fact neutrofils – did you mean neutrophils\?$/],
    ['an example of an unknown setting', ruleText({}).replace('{ name: a, given: {}', '{ name: a, given: { setting.none: 1 }'), /^cards\/holds\/hold-low\.yaml:11:39 unknown fact setting\.none – did you mean setting\.mode\?$/],
    ['YAML that is none', 'title: [A rule\nhooks: x\n', /^cards\/holds\/hold-low\.yaml:2:1 .* – the file is not valid YAML$/],
    ['a tag nobody knows', ruleText({}).replace('title: A rule', 'title: !mine A rule'), /^cards\/holds\/hold-low\.yaml:1:1 .* – the file is not valid YAML$/s],
    ['nothing at all', '# to be written\n', /^cards\/holds\/hold-low\.yaml:1:1 file: /],
    ['a member written twice', `title: again\n${ruleText({})}`, /^cards\/holds\/hold-low\.yaml:2:1 Map keys must be unique – the file is not valid YAML$/],
  ])('%s', (_, text, problem) => expect(problemsWith({ [HOLD]: text })[0]).toMatch(problem))

  test('two rules of one name, wherever they stand', () => {
    expect(problemsWith({ 'cards/other/hold-low.yaml': ruleWith({}) })).toEqual(['cards/other/hold-low.yaml:1:1 rule hold-low is declared twice – also in cards/holds/hold-low.yaml'])
  })
  test.each(['cards/holds/Hold-Low.yaml', 'cards/holds/deeper/hold.yaml', 'fhir-mappings/fact/labs.yaml', 'cards/deck2.yaml'])('a file that nothing reads, %s', (path) => {
    expect(problemsWith({ [path]: ruleWith({}) })).toEqual([`${path}:1:1 nothing reads this file – folders and file names are lower case with hyphens`])
  })
})

describe('what is wrong in the mappings is said with its address and a way out', () => {
  test.each([
    ['an unknown value set', factsWith({ extra: { ...measurement, codes: ['neutrofils'] } }), 'unknown value set neutrofils – did you mean neutrophils?'],
    ['an unknown source', factsWith({ extra: { ...measurement, source: 'lab' } }), 'unknown source lab – did you mean labs?'],
    ['an unknown window', factsWith({ extra: { ...measurement, views: { other: 'doseLab' } } }), 'unknown window doseLab – did you mean doseLabs?'],
    ['an unknown window of a selection', factsWith({ extra: { ...presence, window: 'lately' } }), 'unknown window lately'],
    ['an unknown quantity', factsWith({ extra: { ...measurement, quantity: 'cells' } }), 'unknown quantity cells'],
    ['an unknown status test', factsWith({ extra: { ...presence, is: 'presents' } }), 'unknown status test presents – did you mean present?'],
    ['an unknown question', factsWith({ extra: { ...presence, assertion: 'syndrom' } }), 'unknown assertion syndrom – did you mean syndrome?'],
    ['an unknown fact of a threshold', factsWith({ extra: { ...(FILES[FACTS] as Record<string, object>)['biliHigh'], of: 'bilirubinHighest' } }), 'unknown fact bilirubinHighest'],
    ['an unknown fact of a list', factsWith({ extra: { kind: 'missing-list', title: 'x', of: ['neutrofils'], why: ['absent'] } }), 'unknown fact neutrofils – did you mean neutrophils?'],
    ['a setting for a limit that is none', factsWith({ extra: { ...(FILES[FACTS] as Record<string, object>)['biliHigh'], limit: '%setting.bili_limt' } }), 'unknown setting %setting.bili_limt – did you mean bili_limit?'],
    ['a setting for limits that has no units', factsWith({ extra: { ...(FILES[FACTS] as Record<string, object>)['biliHigh'], limit: '%setting.pad_d' } }), 'setting pad_d is of type number, not by-unit'],
    ['an unknown setting for days', factsWith({ extra: { ...drugs, around: { before: '%setting.pad' } } }), 'unknown setting %setting.pad'],
    ['an anchor that is no date', factsWith({ extra: { ...drugs, around: { anchor: 'sex' } } }), 'sex is not a fact of type moment'],
    ['wrong FHIRPath', factsWith({ extra: { ...presence, where: 'status = ' } }), /FHIRPath: /],
    ['FHIRPath that looks at a clock', factsWith({ extra: { ...presence, where: 'recordedDate < today()' } }), /FHIRPath: /],
    ['a fact that is declared twice', factsWith({ extra: { ...measurement, views: { neutrophils: 'always' } } }), 'fact neutrophils is declared twice'],
    ['a fact that is computed already', factsWith({ actionable: presence }), 'fact actionable is declared twice'],
    ['an answer that means an unknown value set', factsWith({ extra: { ...presence, kind: 'answer', means: { positive: ['result-postive'] } } }), 'unknown value set result-postive – did you mean result-positive?'],
  ])('%s', (_, file, problem) => {
    const found = problemsWith({ [FACTS]: file })
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(typeof problem === 'string' ? new RegExp(`^${FACTS}:\\d+:\\d+ ${problem.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`) : problem)
  })

  test.each([
    ['a window counted from what is no date', { odd: { title: 'x', anchor: 'sex', days: 1 } }, 'sex is not a fact of type moment'],
    ['a window that starts at what is no date', { odd: { title: 'x', from: 'neutrophils' } }, 'neutrophils is not a fact of type moment'],
    ['a window of unknown length', { odd: { title: 'x', hours: '%setting.lookback' } }, 'unknown setting %setting.lookback – did you mean lookback_h?'],
  ])('%s', (_, windows, problem) => {
    expect(problemsWith({ 'fhir-mappings/windows.yaml': fileWith('fhir-mappings/windows.yaml', windows) })[0]).toMatch(new RegExp(`^fhir-mappings/windows\\.yaml:\\d+:\\d+ ${problem.replace('%', '%').replaceAll('?', '\\?')}$`))
  })

  test('a measurement declared in two files', () => {
    const again = { neutrophilCount: measurement }
    expect(problemsWith({ 'fhir-mappings/facts/other.yaml': again })).toEqual(['fhir-mappings/facts/other.yaml:2:21 measurement neutrophilCount is declared twice'])
  })
  test.each([
    ['an unknown fact', (file: Record<string, unknown>) => ({ ...file, panels: { course: ['doseLable'], due: ['nextDosePlan'], transplant: ['hctPlan'], after: ['afterTreatment'] } }), 'unknown fact doseLable – did you mean doseLabel?'],
    ['a fact that is no table', (file: Record<string, unknown>) => ({ ...file, holds: { periods: 'doseLabel', checklist: 'releaseChecklist' } }), 'fact doseLabel is of type text, not records'],
    ['an unknown setting', (file: Record<string, unknown>) => ({ ...file, clock: [{ setting: 'neutrophil_limt', counts: 'from' }] }), 'unknown setting neutrophil_limt – did you mean neutrophil_limit?'],
    ['an unknown measurement', (file: Record<string, unknown>) => ({ ...file, whatIf: { results: ['neutrophilCont'], answers: ['plan'] } }), 'unknown measurement neutrophilCont – did you mean neutrophilCount?'],
    ['an unknown question', (file: Record<string, unknown>) => ({ ...file, questions: ['plans'] }), 'unknown assertion plans – did you mean plan?'],
  ])('%s on the timeline page', (_, change, problem) => {
    const [found = ''] = problemsWith({ 'cards/timeline.yaml': change(FILES['cards/timeline.yaml'] as Record<string, unknown>) })
    expect(found.replace(/^cards\/timeline\.yaml:\d+:\d+ /, '')).toBe(problem)
  })

  test('an unknown code system, with what to do', () => {
    const set = { extra: { title: 'x', codes: [{ system: 'loinq', code: '1', status: 'verified', evidence: ['x'] }] } }
    expect(problemsWith({ 'fhir-mappings/codes/more.yaml': set })).toEqual(['fhir-mappings/codes/more.yaml:6:15 unknown code system loinq – declare it in fhir-mappings/systems.yaml'])
  })
  test('a code without quotes stays the text it is', () => {
    const text = 'extra:\n  title: x\n  codes:\n    - { system: loinc, code: 03, status: verified, evidence: [x] }\n    - { system: loinc, code: 1E3, status: verified, evidence: [x] }\n'
    expect(compileSmall({ 'fhir-mappings/codes/more.yaml': text }).mapping.matcher.recognise({ codings: [{ system: 'http://loinc.org', code: '03' }], texts: [] }, []).sets).toEqual(new Set(['extra']))
  })
  test('a stem too short to be looked up', () => {
    const set = { extra: { title: 'x', codes: [{ system: 'icd-10-cm', prefix: 'O', status: 'verified', evidence: ['x'] }] } }
    expect(problemsWith({ 'fhir-mappings/codes/more.yaml': set })[0]).toMatch(/^fhir-mappings\/codes\/more\.yaml:7:15 extra\.codes\.0\.prefix: /)
  })
  test('a value set declared in two files, naming the other', () => {
    expect(problemsWith({ 'fhir-mappings/codes/more.yaml': { azole: { title: 'x' } } })).toEqual(['fhir-mappings/codes/more.yaml:2:11 value set azole is declared twice – also in fhir-mappings/codes/all.yaml'])
  })
  test('value sets that include each other, with the way round', () => {
    const sets = fileWith(CODES, { one: { title: 'x', include: ['two'] }, two: { title: 'x', include: ['one'] } })
    expect(problemsWith({ [CODES]: sets }).map((problem) => problem.replace(/^.*? /, ''))).toEqual(['value set one includes itself – one → two → one', 'value set two includes itself – two → one → two'])
  })
  test('a set that includes an unknown one, once however many sets include it', () => {
    const sets = fileWith(CODES, { one: { title: 'x', include: ['azols'] }, two: { title: 'x', include: ['one'] } })
    expect(problemsWith({ [CODES]: sets }).map((problem) => problem.replace(/^.*? /, ''))).toEqual(['unknown value set azols – did you mean azole?'])
  })
})

describe('what is wrong in the other files is said too', () => {
  test.each([
    ['a trigger of an unknown value set', { 'cards/triggers.yaml': fileWith('cards/triggers.yaml', { odd: { title: 'x', drugs: ['azol'], per: 'order' } }) }, 'unknown value set azol – did you mean azole?'],
    ['a trigger on a condition that is none', { 'cards/triggers.yaml': fileWith('cards/triggers.yaml', { odd: { title: 'x', per: 'patient', when: 'sex' } }) }, 'sex is not a fact of type boolean'],
    ['a trigger whose doses end by no fact', { 'cards/triggers.yaml': fileWith('cards/triggers.yaml', { odd: { title: 'x', per: 'patient', over: 'sex' } }) }, 'sex is not a fact of type boolean'],
    ['an always offered reason that is none', { 'cards/deck.yaml': fileWith('cards/deck.yaml', { alwaysOffered: ['reviewd'] }) }, 'unknown override reason reviewd – did you mean reviewed?'],
    ['a suggestion with an unknown placeholder', { 'cards/suggestions/extra.yaml': { label: 'x', source: 'x', actions: [{ description: 'x', create: { resourceType: 'Task', note: [{ text: '{{sexx}}' }] } }] } }, 'unknown placeholder {{sexx}}'],
    ['a suggestion with a broken placeholder', { 'cards/suggestions/extra.yaml': { label: 'x', source: 'x', actions: [{ description: 'x', create: { resourceType: 'Task', status: '{{sex' } }] } }, 'this placeholder is never closed: }} is missing'],
    ['a suggestion that needs an unknown fact', { 'cards/suggestions/extra.yaml': { label: 'x', needs: '%sexx = 1', source: 'x', actions: [{ description: 'x', delete: 'this-order' }] } }, 'unknown name %sexx – did you mean %sex?'],
    ['a new dose from an unknown fact', { 'cards/suggestions/extra.yaml': { label: 'x', source: 'x', actions: [{ description: 'x', redose: 'newDoze' }] } }, 'unknown fact newDoze'],
    ['a new dose from a date', { 'cards/suggestions/extra.yaml': { label: 'x', source: 'x', actions: [{ description: 'x', redose: 'startDate' }] } }, 'fact startDate is of type moment, not number'],
    ['a move to what is no date', { 'cards/suggestions/extra.yaml': { label: 'x', source: 'x', actions: [{ description: 'x', move: 'sex' }] } }, 'fact sex is of type text, not moment'],
    ['an answer to an unknown question', { 'cards/suggestions/extra.yaml': { label: 'x', source: 'x', actions: [{ description: 'x', assert: { key: 'syndrom', value: true } }] } }, 'unknown assertion syndrom – did you mean syndrome?'],
    ['a stronger rule that is none', { 'cards/precedence.yaml': [{ keep: 'hold-lo', drop: ['hold-low'], because: 'x' }] }, 'unknown rule hold-lo – did you mean hold-low?'],
    ['a weaker rule that is none', { 'cards/precedence.yaml': [{ keep: 'hold-low', drop: ['none'], because: 'x' }] }, 'unknown rule none'],
    ['a leading rule that is none', { 'cards/deck.yaml': fileWith('cards/deck.yaml', { rank: ['hold-low', 'hold-lw'] }) }, 'unknown rule hold-lw – did you mean hold-low?'],
    ['a weaker rule that comes before the stronger one', { 'cards/precedence.yaml': [{ keep: 'hold-low', drop: ['other'], because: 'x' }, { keep: 'third', drop: ['hold-low'], because: 'x' }], 'cards/holds/other.yaml': ruleWith({}), 'cards/holds/third.yaml': ruleWith({}) }, 'hold-low has dropped others before it is dropped itself – the stronger rule stands first'],
    ['a card text that is missing', { 'cards/deck.yaml': fileWith('cards/deck.yaml', { texts: { why: 'Why' } }) }, /texts\.release: /],
    ['a budget without a hook', { 'cards/deck.yaml': fileWith('cards/deck.yaml', { budget: { 'order-sign': 3 } }) }, /budget/],
  ])('%s', (_, files, problem) => {
    const [path = ''] = Object.keys(files)
    const [first] = problemsWith(files)
    expect(first).toMatch(new RegExp(`^${path}:\\d+:\\d+ `))
    expect(first).toMatch(typeof problem === 'string' ? new RegExp(`${problem.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`) : problem)
  })

  test.each(Object.keys(FILES).filter((path) => !/settings|suggestions|profiles|holds|codes\/|facts\//.test(path)))('%s is missing', (path) => {
    expect(problemsWith({ [path]: undefined })).toContain(`${path}:1:1 the file is missing – every content root needs it`)
  })
})

describe('a load', () => {
  const broken = {
    [FACTS]: fileWith(FACTS, { one: { ...presence, codes: ['nothing'] }, two: { ...presence, where: '(' } }), 'cards/precedence.yaml': [{ keep: 'a' }], 'cards/sources.yaml': undefined,
    'fhir-mappings/codes/more.yaml': 'azole: [',
  }
  test('reports everything that is wrong at once, by address', () => {
    const problems = problemsWith(broken, { profile: 'label-xx', settings: { mode: 'some', none: 1 } })
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      'cards/precedence.yaml', 'cards/precedence.yaml', 'cards/sources.yaml', FACTS, FACTS, 'fhir-mappings/codes/more.yaml', 'SITE_SETTINGS', 'SITE_SETTINGS', 'SITE_SETTINGS',
    ].sort((a, b) => a.localeCompare(b)))
  })
  test('reports every mistake of a rule, not only the first', () => {
    const text = ruleText({ check: '"%neutrofils < 1 and %bil > 2"', because: '"{{x}} and {{y}}"', on: 'nothing', then: 'then: { indicator: info, action: hold, summary: "{{z}}", suggestions: [none] }' })
    const lines = problemsWith({ [HOLD]: text }).map((problem) => Number(problem.split(':')[1]))
    expect(lines).toEqual([3, 7, 7, 8, 8, 9, 9])
  })
  test('reports each problem once', () => {
    const problems = problemsWith(broken)
    expect(new Set(problems).size).toBe(problems.length)
  })
  test('gives no content at all while anything is wrong', () => {
    const loaded = compileContent(filesWith({ [HOLD]: ruleText({ on: 'nothing' }) }))
    expect(isContent(loaded)).toBe(false)
    expect(Object.keys(loaded)).toEqual(['0'])
  })
})
