import { render } from 'preact'
import { language } from '../language.ts'
import { Start } from './components/Start.tsx'
import { TEXTS } from './texts.ts'

document.documentElement.lang = language
document.title = TEXTS.page.title

const root = document.getElementById('app')
if (!root) throw new TypeError('index.html has no #app')
render(<Start />, root)
