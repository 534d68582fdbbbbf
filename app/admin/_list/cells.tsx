import type { ReactNode } from 'react'
import type { FieldKind } from '#lib/admin/declaration'
import { ShortTimestamp } from '../../_ui/timestamp.tsx'
import { Flag } from '../_ui/flag.tsx'
import { LongValue } from '../_ui/long-value.tsx'

const NOTHING = '–'

/** An account that a row is about; its address where the row has it. */
export const accountCell = (id: number | null, email: string | null = null): ReactNode =>
  id === null ? NOTHING : <a href={`/admin/users/${id}`}>{email === null ? `User ${id}` : <LongValue text={email} />}</a>

/** A value as lists show its kind. */
export function cellOf(kind: FieldKind, value: unknown): ReactNode {
  if (value === null || value === undefined || value === '') return NOTHING
  switch (kind) {
    case 'boolean':
      return <Flag value={value === true} />
    case 'datetime':
      return <ShortTimestamp date={new Date(value as string)} />
    case 'account':
      return accountCell(value as number)
    case 'code':
      return <LongValue text={String(value)} />
    case 'integer':
      return <span dir="ltr">{String(value)}</span>
    default:
      // A model's email address is text to its declaration.
      if (/^\S+@\S+$/.test(String(value))) return <LongValue text={String(value)} />
      return <span dir="auto">{String(value)}</span>
  }
}
