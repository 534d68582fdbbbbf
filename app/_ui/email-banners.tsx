/** What an account’s email address waits for, said above its pages. */

import type { Principal } from '#lib/sessions/principal'
import { settings } from '#lib/settings'
import { pendingToken } from '#lib/tokens/one-time-token'
import { PostButton } from './post-button.tsx'
import { Timestamp } from './timestamp.tsx'

interface VerifyProps {
  user: { email: string; emailVerifiedAt: Date | null }
}

/** Reminds the user to verify their email address; blocks nothing. Empty if it is verified or need not be. */
export function VerifyBanner({ user }: VerifyProps) {
  if (user.emailVerifiedAt || settings().EMAIL_VERIFICATION === 'none') return null
  return (
    <section className="panel row spread" aria-labelledby="verify-banner-title">
      <div className="stack-tight">
        <h2 id="verify-banner-title">Confirm your email address</h2>
        <p>
          Open the link that was sent to <strong dir="ltr">{user.email}</strong>, or <a href="/verify-email">enter the code</a>.
        </p>
      </div>
      <PostButton action="/api/accounts/email/verify/resend/" fields={{ email: user.email }}>
        Send another email
      </PostButton>
    </section>
  )
}

interface EmailChangeProps {
  user: Principal['user']
  /** Whether the page has the form with which the link is sent again. */
  withForm: boolean
}

/** Reminds of a change of email address that waits for its confirmation; nothing where there is none. */
export async function EmailChangeBanner({ user, withForm }: EmailChangeProps) {
  const pending = await pendingToken('email_change', user, new Date())
  if (!pending) return null
  return (
    <section className="panel row spread" aria-labelledby="email-change-title">
      <div className="stack-tight">
        <h2 id="email-change-title">Confirm your new email address</h2>
        <p>
          Open the link that was sent to <strong dir="ltr">{pending.email}</strong> before <Timestamp date={pending.expiresAt} />.{' '}
          {withForm ? 'To get a new link, submit the form again.' : <a href="/settings/email">Send a new link</a>}
        </p>
      </div>
      <PostButton action="/api/accounts/email/change/?_method=DELETE">Cancel the change</PostButton>
    </section>
  )
}
