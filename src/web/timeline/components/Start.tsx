import type { FunctionComponent } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Notice } from '../../components/Notice.tsx'
import type { TimelineConfig } from '../../../hooks/timeline-config.ts'
import type { LaunchTrouble } from '../launch.ts'
import type { Loaded, LoadTrouble } from '../session.ts'
import { TEXTS } from '../texts.ts'

type Trouble = LaunchTrouble | LoadTrouble | 'no-configuration'
type Step = keyof typeof TEXTS.page.loading
type State =
  | { readonly state: 'busy'; readonly step: Step }
  | { readonly state: 'trouble'; readonly trouble: Trouble; readonly config?: TimelineConfig }
  | { readonly state: 'ready'; readonly loaded: Loaded; readonly App: FunctionComponent<{ readonly loaded: Loaded; readonly reload: () => void }> }

/** Starts a session, the rules and the page in parallel, since each takes its time; then reads the record. */
async function start(tell: (state: State) => void): Promise<void> {
  tell({ state: 'busy', step: 'session' })
  const [{ loadConfig, loadEngine, loadRecord }, { startSession }] = await Promise.all([import('../session.ts'), import('../launch.ts')])
  const config = await loadConfig()
  if (!config) return tell({ state: 'trouble', trouble: 'no-configuration' })
  const launched = await startSession(config)
  if ('leaving' in launched) return
  if ('trouble' in launched) return tell({ state: 'trouble', trouble: launched.trouble, config })
  tell({ state: 'busy', step: 'engine' })
  const [engine, { App }] = await Promise.all([loadEngine(), import('./App.tsx')])
  if (!engine) return tell({ state: 'trouble', trouble: 'rules-unavailable' })
  tell({ state: 'busy', step: 'record' })
  const loaded = await loadRecord(engine, launched.session)
  tell(typeof loaded === 'string' ? { state: 'trouble', trouble: loaded } : { state: 'ready', loaded, App })
}

/** Servers on which the app may be launched on its own. */
const Servers = ({ config }: { readonly config: TimelineConfig }) => (
  <section class="servers">
    <h3>{TEXTS.start.servers}</h3>
    <ul>
      {config.servers.map((server) => (
        <li key={server.iss}>
          <a href={`?${new URLSearchParams({ iss: new URL(server.iss, window.location.origin).href }).toString()}`}>{TEXTS.start.open(server.name)}</a>
          {server.open ? <span class="muted"> {TEXTS.start.needsPatient}</span> : null}
        </li>
      ))}
    </ul>
  </section>
)

const TroublePage = ({ trouble, config }: { readonly trouble: Trouble; readonly config: TimelineConfig | undefined }) => {
  const [title, text] = TEXTS.trouble[trouble]
  return (
    <main class="alone">
      <h1>{TEXTS.page.title}</h1>
      <Notice tone={trouble === 'not-launched' ? 'info' : 'warning'} role="alert" title={title}><p>{text}</p></Notice>
      {config ? <Servers config={config} /> : null}
    </main>
  )
}

const Busy = ({ step }: { readonly step: Step }) => (
  <main class="alone">
    <h1>{TEXTS.page.title}</h1>
    <p role="status"><span class="spinner" aria-hidden="true" /> {TEXTS.page.loading[step]}</p>
    <div class="bones" aria-hidden="true"><i /><i /><i /></div>
  </main>
)

/** The way from the launch to the page. */
export const Start = () => {
  const [state, setState] = useState<State>({ state: 'busy', step: 'session' })
  useEffect(() => { void start(setState) }, [])
  if (state.state === 'busy') return <Busy step={state.step} />
  if (state.state === 'trouble') return <TroublePage trouble={state.trouble} config={state.config} />
  return <state.App loaded={state.loaded} reload={() => void start(setState)} />
}
