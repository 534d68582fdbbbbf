import type { ReactNode } from 'react'
import type { FieldKind } from '#lib/admin/declaration'
import type { AccountEmails } from '#lib/admin/objects/account-fields'
import { ShortTimestamp } from '../../_ui/timestamp.tsx'
import { Flag } from '../_ui/flag.tsx'
import { LongValue } from '../_ui/long-value.tsx'

const NOTHING = '–'

/** An account that a row is about; its number alone where it is gone, or may not be seen. @param email where it is there and may be seen */
export function accountCell(id: number | null, email: string | null = null): ReactNode {
  if (id === null) return NOTHING
  if (email === null) return `User ${id}`
  return (
    <a href={`/admin/users/${id}`}>
      <LongValue text={email} />
    </a>
  )
}

/** A value as lists show its kind. @param emails of the accounts that may be seen */
export function cellOf(kind: FieldKind, value: unknown, emails: AccountEmails): ReactNode {
  if (value === null || value === undefined || value === '') return NOTHING
  switch (kind) {
    case 'boolean':
      return <Flag value={value === true} />
    case 'datetime':
      return <ShortTimestamp date={new Date(value as string)} />
    case 'account':
      return accountCell(value as number, emails.get(value as number))
    case 'code':
      return <LongValue text={String(value)} />
    case 'integer':
      return <span dir="ltr">{String(value)}</span>
    default:
      // A model's email address is text to its declaration.
      if (/^[^\s@]+@\S+$/.test(String(value))) return <LongValue text={String(value)} />
      return <span dir="auto">{String(value)}</span>
  }
}
