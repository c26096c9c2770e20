import type { ComponentChildren } from 'preact'
import { Icon, type IconName } from './Icon.tsx'

interface NoticeProps {
  readonly tone: 'critical' | 'warning' | 'info' | 'done'
  readonly title?: string
  readonly role?: 'alert' | 'status'
  readonly children?: ComponentChildren
}

/** A framed message with an icon; `alert` interrupts a screen reader, `status` waits. */
export const Notice = ({ tone, title, role, children }: NoticeProps) => {
  const icon: IconName = tone
  return (
    <div class={`notice notice-${tone}`} {...(role ? { role } : {})}>
      <Icon name={icon} />
      <div>
        {title === undefined ? null : <p class="notice-title">{title}</p>}
        {children}
      </div>
    </div>
  )
}
