import type { Metadata } from 'next'
import { settings } from '#lib/settings'
import { currentPrincipal } from './_session.ts'
import { Door } from './_ui/door.tsx'

export function generateMetadata(): Metadata {
  return { title: `Welcome – ${settings().APP_NAME}` }
}

const FACTS = [
  ['Yours to close', 'Signing out ends the session on the server. A copied cookie opens nothing afterwards.'],
  ['Nothing to install', 'Every form works in any browser, with or without JavaScript, with a keyboard or a screen reader.'],
  ['Kept under lock', 'Passwords are stored only as slow, salted hashes. Nobody can look yours up, and neither can we.'],
]

export default async function HomePage() {
  const principal = await currentPrincipal()
  return (
    <div className="home">
      <div className="hero">
        <div className="hero-words">
          <h1>The front door to your account</h1>
          <p className="lead">One address, one password, one place to see who is in. Come and go as you please.</p>
          <p className="actions">
            {principal ? (
              <a className="button" href="/dashboard">
                Go to your dashboard
              </a>
            ) : (
              <>
                <a className="button" href="/signup">
                  Create an account
                </a>
                <a className="button button-quiet" href="/login">
                  Sign in
                </a>
              </>
            )}
          </p>
        </div>
        <Door state="open" />
      </div>
      <ul className="facts">
        {FACTS.map(([title, text]) => (
          <li key={title}>
            <h2>{title}</h2>
            <p>{text}</p>
          </li>
        ))}
      </ul>
    </div>
  )
}
