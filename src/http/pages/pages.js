// @ts-check
// Served as it is. The pages work without it: it adds the theme switch, search while typing and the print button.
const KEY = 'theme'
const NEXT = { auto: 'dark', dark: 'light', light: 'auto' }

/** @returns {'auto' | 'light' | 'dark'} */
const stored = () => {
  const value = localStorage.getItem(KEY)
  return value === 'light' || value === 'dark' ? value : 'auto'
}
// Before the body is drawn, so that nothing flashes.
document.documentElement.dataset.theme = stored()

const themeSwitch = () => {
  const button = document.getElementById('theme')
  if (!button) return
  const show = () => {
    document.documentElement.dataset.theme = stored()
    button.textContent = button.dataset[stored()] ?? ''
  }
  button.hidden = false
  button.addEventListener('click', () => {
    localStorage.setItem(KEY, NEXT[stored()])
    show()
  })
  show()
}

const PAUSE_MS = 150

/** Sends a form of the page while it is filled in, and puts the new results in the place of the old. */
const searchWhileTyping = () => {
  const form = document.querySelector('form[data-live]')
  if (!(form instanceof HTMLFormElement)) return
  let asking = new AbortController()
  const refresh = async () => {
    asking.abort()
    asking = new AbortController()
    const fields = [...new FormData(form)].filter(([, value]) => value !== '').map(([name, value]) => [name, String(value)])
    const query = new URLSearchParams(fields).toString()
    const address = query === '' ? form.action.split('?')[0] ?? '' : `${form.action}?${query}`
    const answer = await fetch(address, { signal: asking.signal })
    const next = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('results')
    const old = document.getElementById('results')
    if (!next || !old) return
    old.replaceWith(next)
    history.replaceState(null, '', address)
  }
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let pause
  form.addEventListener('input', () => {
    clearTimeout(pause)
    // A search that was overtaken by the next one is no failure; without the server the button still tells.
    pause = setTimeout(() => void refresh().catch(() => undefined), PAUSE_MS)
  })
}

document.addEventListener('DOMContentLoaded', () => {
  themeSwitch()
  searchWhileTyping()
  for (const button of document.querySelectorAll('[data-print]')) {
    button.removeAttribute('hidden')
    button.addEventListener('click', () => window.print())
  }
})
