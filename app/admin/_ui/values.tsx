/** Values as tables and pages show them. */
import { Fragment, type ReactNode } from 'react'
import type { AccountEmails } from '#lib/admin/core/account-fields'
import type { FieldKind } from '#lib/admin/core/declaration'
import { capitalize } from '../../_ui/format-text.ts'
import { LINE } from '../../_ui/icons.tsx'
import { ShortTimestamp } from '../../_ui/timestamp.tsx'

const NOTHING = '–'

/** A name of the code as the pages show it, `login_failed` as "Login failed". */
export const eventLabel = (event: string) => capitalize(event.replaceAll('_', ' '))

/** A yes or no, as sign and as word: neither colour nor shape alone says it. */
export function Flag({ value, words = ['Yes', 'No'] }: { value: boolean; words?: [yes: string, no: string] }) {
  return (
    <span className="flag" data-on={value || undefined}>
      <svg className="icon" viewBox="0 0 20 20" width="18" height="18" aria-hidden="true" focusable="false">
        <circle fill={value ? 'currentColor' : 'none'} stroke="currentColor" strokeWidth="1.5" cx="10" cy="10" r="8.5" />
        <path
          {...LINE}
          stroke={value ? 'var(--background)' : 'currentColor'}
          d={value ? 'm5.8 10.4 2.8 2.8 5.6-5.9' : 'm6.8 6.8 6.4 6.4M13.2 6.8l-6.4 6.4'}
        />
      </svg>
      {words[value ? 0 : 1]}
    </span>
  )
}

/** An email or IP address, which a narrow column breaks after its punctuation and only then within a word. */
export function LongValue({ text }: { text: string }) {
  const parts = text.split(/(?<=[@.:_+-])/)
  return (
    <span className="long-value" dir="ltr">
      {parts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts never change places
        <Fragment key={index}>
          {index > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </span>
  )
}

/** A text of any length: a wide table shows two lines of it, and all of it as its title. */
const TextValue = ({ text }: { text: string }) => (
  <span className="text-value" dir="auto" title={text.length > 40 ? text : undefined}>
    {text}
  </span>
)

/** An account that a row is about; its number alone where it is gone, or the visitor may not see it. @param email where the visitor may */
export function accountCell(id: number | null, email: string | null = null): ReactNode {
  if (id === null) return NOTHING
  if (email === null) return `User ${id}`
  return (
    <a href={`/admin/users/${id}`}>
      <LongValue text={email} />
    </a>
  )
}

/** A value by its field's kind. @param emails of the accounts that the visitor may see */
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
      return <TextValue text={String(value)} />
  }
}
