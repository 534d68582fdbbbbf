import type { ReactNode } from 'react'
import { isEmailLoginOn, maySignInByEmail } from '#lib/accounts/email-login/request-email-login'
import { listExternalAccounts } from '#lib/accounts/external-accounts/link'
import { PASSKEYS_PAGE } from '#lib/accounts/passkeys/passkeys'
import { AUTHENTICATOR_PAGE, RECOVERY_CODES_PAGE } from '#lib/accounts/second-factor/second-factor'
import { codesLeft, countPasskeys, type SecondFactors } from '#lib/credentials/second-factors'
import { isUsablePassword } from '#lib/passwords/hash'
import type { Principal } from '#lib/sessions/principal'
import { settings } from '#lib/settings'
import { formatCount } from '../../_ui/format-text.ts'
import { Timestamp } from '../../_ui/timestamp.tsx'
import { ExternalAccounts } from './external-accounts.tsx'

interface Props {
  user: Principal['user']
  factors: SecondFactors
}

/** With what the account is signed in to, and what each is for. */
export async function Credentials({ user, factors: { device, recoveryCodes } }: Props) {
  const hasPassword = isUsablePassword(user.password)
  return (
    <section className="stack" aria-labelledby="credentials-title">
      <h2 id="credentials-title">Ways to sign in</h2>
      <ul className="rows">
        <Credential title="Password" href="/settings/password" action={hasPassword ? 'Change' : 'Set'}>
          {hasPassword ? 'With your email address, to sign in' : 'Not set. You sign in another way'}
        </Credential>
        {settings().PASSKEY_RP_ID !== null && <Passkeys count={await countPasskeys(user.id)} />}
        <ExternalAccounts accounts={await listExternalAccounts(user.id)} />
        {isEmailLoginOn() && maySignInByEmail(user) && (
          <Credential title="Email" href="/settings/email" action="Change">
            {settings().EMAIL_LOGIN === 'link' ? 'A link' : 'A code'} that we send to your address, in place of your password
          </Credential>
        )}
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

const Passkeys = ({ count }: { count: number }) =>
  count === 0 ? (
    <Credential title="Passkeys" href={PASSKEYS_PAGE} action="Create">
      None yet. Your fingerprint, face or screen lock instead of your password and a code
    </Credential>
  ) : (
    <Credential title="Passkeys" href={PASSKEYS_PAGE} action="Manage">
      Instead of your password and a code. You have {formatCount(count, 'passkey', 'passkeys')}
    </Credential>
  )

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
