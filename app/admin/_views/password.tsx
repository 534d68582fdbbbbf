import type { UserDetail } from '#lib/admin/models/users/read-user'
import { settings } from '#lib/settings'
import { NewPasswordFields } from '../../_ui/password-field.tsx'

interface PasswordPairProps {
  errorsOf: (field: string) => string[]
  /** Whose password it is; undefined on the form of a new account, which asks for that. */
  email?: string
  required?: boolean
}

/** A password for another user's account, twice, in Django's words. */
export function PasswordPair({ errorsOf, email, required = true }: PasswordPairProps) {
  const field = (name: string) => ({ id: name, name, errors: errorsOf(name), required })
  return (
    <NewPasswordFields
      first={{ ...field('password1'), label: 'Password', shows: 'password' }}
      second={{
        ...field('password2'),
        label: 'Password confirmation',
        hint: 'Enter the same password as before, for verification.',
      }}
      minLength={settings().PASSWORD_MIN_LENGTH}
      {...(email !== undefined && { email })}
    />
  )
}

/** What may be said of a password, and the way to set another one. */
export function PasswordRow({ user: { id, password }, mayChange }: { user: UserDetail; mayChange: boolean }) {
  return (
    <div className="field">
      <p className="label">Password</p>
      {password.parts.length > 0 ? (
        <dl className="facts row" dir="ltr">
          {password.parts.map(({ label, value }) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      ) : (
        <p>{password.text} Password-based authentication: disabled.</p>
      )}
      <p className="hint">
        {password.usable
          ? 'Raw passwords are not stored, so there is no way to see this user’s password.'
          : 'No one can sign in with a password here until one is set.'}
      </p>
      {mayChange && (
        <p>
          <a className="button button-secondary" href={`/admin/users/${id}/password`}>
            {password.usable ? 'Change password' : 'Set password'}
          </a>
        </p>
      )}
    </div>
  )
}
