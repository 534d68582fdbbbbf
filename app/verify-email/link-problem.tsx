import type { LinkState } from '#lib/accounts/email-verification/inspect-verification'
import { ResendForm } from '../_ui/resend-form.tsx'
import { VerificationEmailForm } from './verification-email-form.tsx'

type Problem = Extract<LinkState, { kind: 'problem' }>

const TITLES: Record<Problem['problem'], string> = {
  token_used: 'This link has been used',
  token_expired: 'This link has expired',
  token_superseded: 'A newer link has replaced this one',
  token_unknown: 'This link does not work',
}

const WHY: Record<Problem['problem'], string> = {
  token_used: 'Each link works once only.',
  token_expired: 'Links stop working after a while, so that an old email cannot be misused.',
  token_superseded: 'Another email was asked for since. Open the newest one, or get one more.',
  token_unknown: 'It may have been cut off on its way. Copy all of it from the email, or get another one.',
}

export const problemTitle = ({ problem, confirmed }: Problem) => (confirmed ? 'Your email address is confirmed' : TITLES[problem])

/** Says what is wrong with a link and why, and offers the one way on. */
export function LinkProblem({ state }: { state: Problem }) {
  if (state.confirmed) {
    return (
      <>
        <h1>{problemTitle(state)}</h1>
        <p className="lead">{TITLES[state.problem]}. There is nothing left to do.</p>
        <p>
          <a className="button" href="/login">
            Sign in
          </a>
        </p>
      </>
    )
  }
  if (state.email === null)
    return <VerificationEmailForm state={{ errors: {}, values: {} }} title={TITLES[state.problem]} lead={WHY[state.problem]} />
  return (
    <>
      <h1>{problemTitle(state)}</h1>
      <p className="lead">{WHY[state.problem]}</p>
      <ResendForm email={state.email} label="Get another email" />
    </>
  )
}
