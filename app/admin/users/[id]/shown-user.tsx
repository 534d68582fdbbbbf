import { userAdmin } from '#lib/admin/users/declaration'
import type { UserDetail } from '#lib/admin/users/read-user'
import { Timestamp } from '../../../_ui/timestamp.tsx'
import { Flag } from '../../_ui/flag.tsx'
import { PasswordRow } from './password-row.tsx'

type Name = keyof typeof userAdmin.fields

function shownValue(name: Name, user: UserDetail) {
  if (name === 'groups') return user.groups.map((group) => group.name).join(', ') || 'None'
  if (name === 'user_permissions') return user.user_permissions.map(({ label }) => label).join(', ') || 'None'
  const value = (user as unknown as Record<string, unknown>)[name]
  if (typeof value === 'boolean') return <Flag value={value} />
  if (name === 'last_login' || name === 'date_joined') return value === null ? 'Never' : <Timestamp date={new Date(String(value))} />
  return String(value ?? '') || '–'
}

/** An account for whoever may look at it and no more: text, and no button. */
export function ShownUser({ user, list }: { user: UserDetail; list: string }) {
  return (
    <div className="object-form">
      {userAdmin.fieldsets.map(({ name: heading, fields }) => (
        <section key={heading} className="fieldset" aria-label={heading ?? 'Sign-in'}>
          {heading !== null && <h2>{heading}</h2>}
          {fields.map((name) =>
            name === 'password' ? (
              <PasswordRow key={name} user={user} mayChange={false} />
            ) : (
              <div key={name} className="fixed-field">
                <p className="label">{userAdmin.fields[name].label}</p>
                <div dir="auto">{shownValue(name, user)}</div>
              </div>
            ),
          )}
        </section>
      ))}
      <p>
        <a href={list}>Close</a>
      </p>
    </div>
  )
}
