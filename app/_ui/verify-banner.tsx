import { settings } from '#lib/settings'
import { PostButton } from './post-button.tsx'

interface Props {
  user: { email: string; emailVerifiedAt: Date | null }
}

/** Reminds the user to verify their email address; blocks nothing. Empty if it is verified or need not be. */
export function VerifyBanner({ user }: Props) {
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
