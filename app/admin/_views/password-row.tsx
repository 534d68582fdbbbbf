import type { UserDetail } from '#lib/admin/users/read-user'

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
