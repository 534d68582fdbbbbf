import type { ReactNode } from 'react'
import { FormAccount } from './form-account.tsx'

interface Props {
  /** The endpoint, `?_method=` included. */
  action: string
  /** What the form sends. */
  fields?: Record<string, string | number>
  look?: string
  /** The form's. */
  className?: string
  id?: string
  describedBy?: string
  children: ReactNode
}

/** A form of one button: what changes something is a post, never a link. */
export function PostButton({ action, fields = {}, look = 'button button-secondary', className, id, describedBy, children }: Props) {
  return (
    <form id={id} method="post" action={action} className={className}>
      <FormAccount />
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <button type="submit" className={look} aria-describedby={describedBy}>
        {children}
      </button>
    </form>
  )
}
