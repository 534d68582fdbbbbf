import type { Metadata } from 'next'
import { timeWords } from '#lib/mail/letter'
import { findOneTimeToken } from '#lib/tokens/one-time-token'
import { type LinkProblem, openLink } from '../../_links.ts'
import { formState } from '../../_request.ts'
import { Entrance } from '../../_ui/entrance.tsx'
import { pageTitle } from '../../_ui/page-title.ts'
import { UndoForm } from './undo-form.tsx'

const PAGE = '/account-deletion/undo'

const PROBLEMS: Record<LinkProblem, { heading: string; text: string }> = {
  token_unknown: {
    heading: 'This link does not work',
    text: 'Perhaps it was cut off on its way here: open it from the email again. If its time is over, the account has been deleted.',
  },
  token_used: { heading: 'This link has been used already', text: 'Your account is restored. Sign in with your password as before.' },
  token_expired: { heading: 'This link has expired', text: 'The time to restore the account is over.' },
  token_superseded: { heading: 'This link counts no longer', text: 'The account has been closed once more since. Open the newest email.' },
}

const open = async (query: unknown) => openLink(PAGE, query, (token, now) => findOneTimeToken('account_deletion_undo', token, now))

export async function generateMetadata({ searchParams }: PageProps<'/account-deletion/undo'>): Promise<Metadata> {
  const link = await open((await searchParams).token)
  return { title: pageTitle(typeof link === 'string' ? PROBLEMS[link].heading : 'Restore your account') }
}

/** Opened by the link of a letter. Looking at it changes nothing: the button does (RS-5). */
export default async function UndoDeletionPage({ searchParams }: PageProps<'/account-deletion/undo'>) {
  const { token } = await searchParams
  const link = await open(token)
  if (typeof link === 'string') {
    return (
      <Entrance door="closed">
        <h1>{PROBLEMS[link].heading}</h1>
        <p className="lead">{PROBLEMS[link].text}</p>
        <p>
          <a className="button" href={link === 'token_used' ? '/login' : '/'}>
            {link === 'token_used' ? 'Sign in' : 'Go to the home page'}
          </a>
        </p>
      </Entrance>
    )
  }
  const { user, row } = link.found
  return (
    <Entrance door="open">
      <UndoForm state={await formState(PAGE)} token={link.token}>
        <h1>Restore your account?</h1>
        <p className="lead">
          The account of <span dir="ltr">{user.email}</span> is closed and will be deleted on {timeWords(row.expiresAt)}. Restored, it is as
          it was; you sign in with your password as before.
        </p>
      </UndoForm>
    </Entrance>
  )
}
