import { settings } from '#lib/settings'
import { ResendForm } from './resend-form.tsx'

interface Props {
  user: { email: string; emailVerifiedAt: Date | null }
}

/** Reminds of an address that is not confirmed; it stands in nobody's way. Nothing where it is, or need not be. */
export function VerifyBanner({ user }: Props) {
  if (user.emailVerifiedAt || settings().EMAIL_VERIFICATION === 'none') return null
  return (
    <section className="banner" aria-labelledby="verify-banner-title">
      <div>
        <h2 id="verify-banner-title">Confirm your email address</h2>
        <p>
          Open the link that was sent to <strong dir="ltr">{user.email}</strong>, or <a href="/verify-email">enter the code</a>.
        </p>
      </div>
      <ResendForm email={user.email} label="Send another email" quiet />
    </section>
  )
}
