import { render } from 'preact'
import { Start } from './components/Start.tsx'

const root = document.getElementById('app')
if (!root) throw new TypeError('index.html has no #app')
render(<Start />, root)
