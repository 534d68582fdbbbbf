import type { ReactNode } from 'react'
import { AUTHENTICATOR_PAGE, RECOVERY_CODES_PAGE } from '#lib/accounts/second-factor/second-factor'
import { codesLeft, type SecondFactors } from '#lib/credentials/second-factors'
import { isUsablePassword } from '#lib/passwords/hash'
import { formatCount } from '../../_ui/format-text.ts'
import { Timestamp } from '../../_ui/timestamp.tsx'

/** With what the account is signed in to, and what each is for. */
export function Credentials({ user, factors: { device, recoveryCodes } }: { user: { password: string }; factors: SecondFactors }) {
  const hasPassword = isUsablePassword(user.password)
  return (
    <section className="stack" aria-labelledby="credentials-title">
      <h2 id="credentials-title">Ways to sign in</h2>
      <ul className="rows">
        <Credential title="Password" href="/settings/password" action={hasPassword ? 'Change' : 'Set'}>
          {hasPassword ? 'With your email address, to sign in' : 'Not set. You sign in another way'}
        </Credential>
        {device?.confirmedAt ? (
          <>
            <Credential title="Authenticator app" href={AUTHENTICATOR_PAGE} action="Remove">
              After your password. Added <Timestamp date={device.confirmedAt} dayOnly />, last used{' '}
              {device.lastUsedAt ? <Timestamp date={device.lastUsedAt} /> : 'never'}
            </Credential>
            <Credential title="Recovery codes" href={RECOVERY_CODES_PAGE} action="Replace">
              When you don’t have the app. {formatCount(codesLeft({ recoveryCodes }), 'code is', 'codes are')} left
            </Credential>
          </>
        ) : (
          <Credential title="Authenticator app" href={AUTHENTICATOR_PAGE} action="Add">
            Not added. It asks for a code after your password
          </Credential>
        )}
      </ul>
    </section>
  )
}

function Credential({ title, href, action, children }: { title: string; href: string; action: string; children: ReactNode }) {
  return (
    <li>
      <p className="label">{title}</p>
      <p className="secondary">{children}</p>
      <a href={href}>
        {action}
        <span className="visually-hidden"> {title.toLowerCase()}</span>
      </a>
    </li>
  )
}
