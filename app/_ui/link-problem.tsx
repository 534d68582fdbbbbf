import type { LinkProblem as Problem } from '../_links.ts'

interface Props {
  problem: Problem
  /** How long such a link works, in words. */
  lifetime: string
  /** What a used link has done, where that still holds, and the way on from there. */
  done: { text: string; action: { label: string; href: string } } | null
  /** Where another one is to be had. */
  action: { label: string; href: string }
}

const HEADINGS: Record<Problem, string> = {
  token_missing: 'This link doesn’t work',
  token_unknown: 'This link doesn’t work',
  token_used: 'This link has already been used',
  token_expired: 'This link has expired',
  token_replaced: 'This link is no longer valid',
}

/** Said on every page of a link that has lost it. */
export const NO_COOKIES_TEXT =
  'Your browser doesn’t accept cookies from this site, or this page was opened without its link. Allow cookies, then open the link from the email again.'

const REASONS: Record<Problem, (lifetime: string) => string> = {
  token_missing: () => NO_COOKIES_TEXT,
  token_unknown: () => 'The link may be incomplete. Open it from the email again, or request a new one.',
  token_used: () => 'Each link works only once.',
  token_expired: (lifetime) => `Links of this kind expire after ${lifetime}.`,
  token_replaced: () => 'This link has been replaced. Use the link in the most recent email.',
}

export const linkProblemTitle = (problem: Problem) => HEADINGS[problem]

/** Says what became of a link, and the one thing to do about it. */
export function LinkProblem({ problem, lifetime, done, action }: Props) {
  return (
    <>
      <h1>{HEADINGS[problem]}</h1>
      <p className="lead">{done?.text ?? REASONS[problem](lifetime)}</p>
      <p>
        <a className="button" href={(done?.action ?? action).href}>
          {(done?.action ?? action).label}
        </a>
      </p>
      {done && (
        <p className="secondary">
          <a href={action.href}>{action.label}</a>
        </p>
      )}
    </>
  )
}
