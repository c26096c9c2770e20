import { useEffect, useState } from 'preact/hooks'
import { TEXTS } from '../texts.ts'

type Theme = 'auto' | 'light' | 'dark'

const NEXT: Readonly<Record<Theme, Theme>> = { auto: 'dark', dark: 'light', light: 'auto' }

const KEY = 'theme'

const stored = (): Theme => {
  const value = window.localStorage.getItem(KEY)
  return value === 'light' || value === 'dark' ? value : 'auto'
}

/** Goes round: as the system says, dark, light. Remembered in this browser. */
export const ThemeSwitch = () => {
  const [theme, setTheme] = useState<Theme>(stored)
  useEffect(() => {
    window.localStorage.setItem(KEY, theme)
    document.documentElement.dataset.theme = theme
  }, [theme])
  return <button type="button" class="quiet" onClick={() => setTheme(NEXT[theme])}>{TEXTS.page.theme[theme]}</button>
}
