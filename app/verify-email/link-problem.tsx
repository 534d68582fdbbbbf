import type { LinkState } from '#lib/accounts/email-verification/inspect-verification'
import { PostButton } from '../_ui/post-button.tsx'
import { VerificationEmailForm } from './verification-email-form.tsx'

type Problem = Extract<LinkState, { kind: 'problem' }>

const TITLES: Record<Problem['problem'], string> = {
  token_used: 'This link has been used',
  token_expired: 'This link has expired',
  token_replaced: 'This link has been replaced',
  token_unknown: 'This link doesn’t work',
}

const WHY: Record<Problem['problem'], string> = {
  token_used: 'Each link works only once.',
  token_expired: 'Links expire so that an old email can’t be misused.',
  token_replaced: 'Use the link in the most recent email, or request a new one.',
  token_unknown: 'The link may be incomplete. Open it from the email again, or request a new one.',
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
      <PostButton action="/api/accounts/email/verify/resend/" fields={{ email: state.email }} look="button">
        Send another email
      </PostButton>
    </>
  )
}
