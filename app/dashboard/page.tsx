import { previousSignIn } from '#lib/authentication/sign-in-history'
import { secondFactorsOf } from '#lib/credentials/second-factors'
import { type CurrentSession, currentSession } from '#lib/sessions/current-session'
import { formatPhone } from '#lib/users/phone'
import { requirePrincipal } from '../_session.ts'
import { EmailChangeBanner, VerifyBanner } from '../_ui/email-banners.tsx'
import { KeyIllustration } from '../_ui/illustration.tsx'
import { ReloadOnBfcacheRestore } from '../_ui/reload-on-bfcache-restore.tsx'
import { SecurityChecklist } from '../_ui/security-checklist.tsx'
import { Timestamp } from '../_ui/timestamp.tsx'
import { PasskeyOffer } from './passkey-offer.tsx'

export const metadata = { title: 'Dashboard' }

export default async function DashboardPage() {
  const principal = await requirePrincipal('/dashboard')
  const { user } = principal
  const factors = await secondFactorsOf(user.id)
  const session = await currentSession(principal, new Date())
  const previous = await previousSignIn(principal, session?.signedInAt ?? null)
  return (
    <div className="page stack-loose">
      <ReloadOnBfcacheRestore />
      <h1>Your account</h1>
      <VerifyBanner user={user} />
      <EmailChangeBanner user={user} withForm={false} />
      <section className="name-tag stack-loose" aria-labelledby="tag-name">
        <h2 id="tag-name">
          <bdi>{user.name}</bdi>
        </h2>
        <dl className="row">
          <div>
            <dt>Email address</dt>
            <dd dir="ltr">{user.email}</dd>
          </div>
          <div>
            <dt>Phone number</dt>
            <dd dir="ltr">{formatPhone(user.phone)}</dd>
          </div>
        </dl>
        <KeyIllustration />
      </section>
      <section className="stack" aria-labelledby="security-title">
        <h2 id="security-title">Security</h2>
        <SecurityChecklist user={user} factors={factors} />
        {session?.byPassword && <PasskeyOffer principal={principal} factors={factors} />}
      </section>
      <div className="columns">
        <section className="stack" aria-labelledby="session-title">
          <h2 id="session-title">This session</h2>
          <dl className="details">
            <dt>Device</dt>
            <dd>{session?.device ?? 'Unknown device'}</dd>
            <dt>IP address</dt>
            <dd dir="ltr">{session?.address ?? 'Not known'}</dd>
            <dt>Signed in</dt>
            <dd>{session ? <Timestamp date={session.signedInAt} /> : 'Not known'}</dd>
            <dt>Expires</dt>
            <dd>{session ? <Expiry {...session} /> : 'Not known'}</dd>
          </dl>
          <p>
            <a href="/settings/sessions">All your sessions</a>
          </p>
        </section>
        <section className="stack" aria-labelledby="history-title">
          <h2 id="history-title">History</h2>
          <dl className="details">
            <dt>Member since</dt>
            <dd>
              <Timestamp date={user.dateJoined} dayOnly />
            </dd>
            <dt>Email address</dt>
            <dd>
              {user.emailVerifiedAt ? (
                <>
                  Confirmed <Timestamp date={user.emailVerifiedAt} dayOnly />
                </>
              ) : (
                'Not confirmed'
              )}
            </dd>
            <dt>Last sign-in</dt>
            <dd>{previous instanceof Date ? <Timestamp date={previous} /> : FIRST_OR_UNKNOWN[previous ?? 'unknown']}</dd>
          </dl>
        </section>
      </div>
    </div>
  )
}

const FIRST_OR_UNKNOWN = { never: 'This is your first sign-in', unknown: 'Not known' }

/** A session that ends sooner when it is not used ends then, unless it is. */
function Expiry({ expiresAt, endsAt }: Pick<CurrentSession, 'expiresAt' | 'endsAt'>) {
  if (expiresAt >= endsAt) return <Timestamp date={endsAt} />
  return (
    <>
      <Timestamp date={expiresAt} /> if it isn’t used until then; <Timestamp date={endsAt} /> at the latest
    </>
  )
}
