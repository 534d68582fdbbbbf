import type { Metadata } from 'next'
import { settings } from '#lib/settings'
import { currentPrincipal } from './_session.ts'
import { DoorIllustration } from './_ui/illustration.tsx'
import { SignInLink } from './_ui/sign-in-link.tsx'

export function generateMetadata(): Metadata {
  return { title: `Welcome – ${settings().APP_NAME}` }
}

const FACTS = [
  ['You’re in control', 'Sign out and that session ends on our servers, not just in your browser.'],
  ['Nothing to install', 'Every form works in any browser, with or without JavaScript, with a keyboard or a screen reader.'],
  ['Kept under lock', 'We never store your password, only a salted hash. Nobody can look it up, not even us.'],
]

export default async function HomePage() {
  const principal = await currentPrincipal()
  return (
    <>
      <div className="hero">
        <div className="stack-loose">
          <h1>The front door to your account</h1>
          <p className="lead">Sign in once, see every device that’s signed in, and sign out of any of them.</p>
          <div className="row">
            {principal ? (
              <a className="button" href="/dashboard">
                Go to your dashboard
              </a>
            ) : (
              <>
                <a className="button" href="/signup">
                  Create an account
                </a>
                <SignInLink offersPasskeys={settings().PASSKEY_RP_ID !== null} className="button button-secondary" />
              </>
            )}
          </div>
        </div>
        <DoorIllustration state="open" />
      </div>
      <ul className="features columns">
        {FACTS.map(([title, text]) => (
          <li key={title} className="stack-tight">
            <h2>{title}</h2>
            <p className="secondary">{text}</p>
          </li>
        ))}
      </ul>
    </>
  )
}
