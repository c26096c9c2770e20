import { useEffect, useState } from 'preact/hooks'

const DARK = '(prefers-color-scheme: dark)'

const current = (): string => `${document.documentElement.dataset['theme'] ?? 'auto'} ${String(window.matchMedia(DARK).matches)}`

/** Changes whenever the page's colours do: what is drawn on a canvas has to be drawn again. */
export function useTheme(): string {
  const [theme, setTheme] = useState(current)
  useEffect(() => {
    const follow = (): void => setTheme(current())
    const media = window.matchMedia(DARK)
    const observer = new MutationObserver(follow)
    media.addEventListener('change', follow)
    observer.observe(document.documentElement, { attributeFilter: ['data-theme'] })
    return () => {
      media.removeEventListener('change', follow)
      observer.disconnect()
    }
  }, [])
  return theme
}
