import type { ReactNode } from 'react'
import type { UserAction } from '#lib/admin/users/action-fields'
import { MAX_AT_ONCE } from '#lib/admin/users/action-fields'
import type { ChosenUsers } from '../_list/chosen-users.ts'
import { adminErrorText, countWords, numberWords } from './admin-messages.ts'
import { Confirmation, type Related } from './confirmation.tsx'

interface Props {
  chosen: ChosenUsers
  action: UserAction
  /** The action as a question begins with it: "Delete". */
  verb: string
  /** Said where no account was chosen: "Nothing has been deleted." */
  unchanged: string
  related?: Related[]
  /** What happens to the accounts. */
  children: ReactNode
}

/** Asks before something is done to several accounts, and names the first of them. */
export function UsersConfirmation({ chosen: { ids, named, back }, action, verb, unchanged, related = [], children }: Props) {
  const problem =
    ids.length > MAX_AT_ONCE
      ? { title: 'Too many were selected', code: `max_items:${MAX_AT_ONCE}` }
      : ids.length === 0
        ? { title: 'Nothing was selected', code: 'no_items' }
        : null
  if (problem !== null)
    return (
      <div className="stack-loose measure-wide">
        <h1>{problem.title}</h1>
        <p className="lead">
          {adminErrorText('ids', problem.code)}. {unchanged}
        </p>
        <p>
          <a className="button" href={back}>
            Back to the users
          </a>
        </p>
      </div>
    )
  return (
    <div className="stack-loose measure-wide">
      <Confirmation
        title={`${verb} ${countWords(ids.length, 'user', 'users')}?`}
        action="/api/admin/users/actions/"
        related={related}
        back={back}
        fields={[
          ['action', action],
          ['next', back],
          ['ids', ids.join(',')],
        ]}
      >
        {children}
      </Confirmation>
      <ul className="stack-tight">
        {named.map(({ id, email, name }) => (
          <li key={id}>
            <span dir="ltr">{email}</span> <span dir="auto">{name}</span>
          </li>
        ))}
      </ul>
      {ids.length > named.length && <p className="secondary">And {numberWords(ids.length - named.length)} more.</p>}
    </div>
  )
}
