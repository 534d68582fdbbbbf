import type { LinkProblem as Problem } from '../_links.ts'

interface Props {
  problem: Problem
  /** How long such a link works, in words. */
  lifetime: string
  /** Where another one is to be had. */
  action: { label: string; href: string }
}

const HEADINGS: Record<Problem, string> = {
  token_unknown: 'This link does not work',
  token_used: 'This link has been used already',
  token_expired: 'This link has expired',
  token_superseded: 'This link counts no longer',
}

const REASONS: Record<Problem, (lifetime: string) => string> = {
  token_unknown: () => 'Perhaps it was cut off on its way here. Open it from the email again, or ask for another one.',
  token_used: () => 'It works once, and that has been.',
  token_expired: (lifetime) => `It worked for ${lifetime} after it was asked for.`,
  token_superseded: () => 'A newer one was asked for, or the account has changed since. Only the newest email counts.',
}

export const linkProblemTitle = (problem: Problem) => HEADINGS[problem]

/** Says what became of a link, and the one thing to do about it. */
export function LinkProblem({ problem, lifetime, action }: Props) {
  return (
    <>
      <h1>{HEADINGS[problem]}</h1>
      <p className="lead">{REASONS[problem](lifetime)}</p>
      <p>
        <a className="button" href={action.href}>
          {action.label}
        </a>
      </p>
    </>
  )
}
