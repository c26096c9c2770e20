import { render } from 'preact'
import { App } from './components/App.tsx'
import { effectsOf } from './effects.ts'
import { language } from './language.ts'
import { createStore } from './store.ts'
import { TEXTS } from './texts.ts'

document.documentElement.lang = language
document.title = TEXTS.page.title

const store = createStore()
const effects = effectsOf(store, window.location.origin)
const root = document.getElementById('app')
if (!root) throw new TypeError('index.html has no #app')
render(<App store={store} effects={effects} />, root)
void effects.start()
