import type { ReactNode } from 'react'
import { loginPath } from '#lib/web/routes'

interface Props {
  title: string
  /** What is confirmed, in a sentence. */
  lead: ReactNode
  /** The link's page, to come back to. */
  page: string
  /** Whether this browser is signed in, to another account. */
  signedIn: boolean
}

/** In place of a mailed link's form, where the account has no password that could show whose it is. */
export function SignInFirst({ title, lead, page, signedIn }: Props) {
  return (
    <>
      <h1>{title}</h1>
      {lead}
      {signedIn ? (
        <p>
          You’re signed in to another account. <a href="/logout">Sign out</a>, sign in to this account, then open the link again.
        </p>
      ) : (
        <>
          <p>You’re not signed in here, so we need to check it’s you.</p>
          <p>
            <a className="button" href={loginPath(page)}>
              Sign in to continue
            </a>
          </p>
        </>
      )}
    </>
  )
}
