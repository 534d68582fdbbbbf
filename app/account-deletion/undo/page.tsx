import type { Metadata } from 'next'
import { cache } from 'react'
import { UNDO_PAGE } from '#lib/accounts/account-deletion/undo-deletion'
import { formatDateTime } from '#lib/mail/render-email'
import { findOneTimeToken } from '#lib/tokens/one-time-token'
import { type LinkProblem, openLink } from '../../_links.ts'
import { formState, type LinkQuery, linkForm } from '../../_request.ts'
import { AuthLayout } from '../../_ui/auth-layout.tsx'
import { FormErrors, LinkForm } from '../../_ui/link-form.tsx'
import { NO_COOKIES_TEXT } from '../../_ui/link-problem.tsx'

const RESTORED = 'Your account has been restored. Sign in with your existing password.'

const PROBLEMS: Record<LinkProblem, { heading: string; text: string }> = {
  token_missing: { heading: 'This link doesn’t work', text: NO_COOKIES_TEXT },
  token_unknown: {
    heading: 'This link doesn’t work',
    text: 'The link may be incomplete. Open it from the email again. If the deadline has passed, the account has been deleted.',
  },
  token_used: { heading: 'This link has already been used', text: 'Each link works only once.' },
  token_expired: { heading: 'This link has expired', text: 'It’s too late to restore this account.' },
  token_replaced: {
    heading: 'This link is no longer valid',
    text: 'The account has been closed again since then. Use the link in the most recent email.',
  },
}

const open = cache((query: LinkQuery) =>
  openLink(UNDO_PAGE, query, 'account_deletion_undo', (token, now) => findOneTimeToken('account_deletion_undo', token, now)),
)

export async function generateMetadata({ searchParams }: PageProps<'/account-deletion/undo'>): Promise<Metadata> {
  const link = await open(await searchParams)
  return { title: 'problem' in link ? PROBLEMS[link.problem].heading : 'Restore your account' }
}

/** Opened by the link of an email. Looking at it changes nothing: the button does (RS-5). */
export default async function UndoDeletionPage({ searchParams }: PageProps<'/account-deletion/undo'>) {
  const query = await searchParams
  const link = await open(query)
  if ('problem' in link) {
    return (
      <AuthLayout illustration="closed">
        <h1>{PROBLEMS[link.problem].heading}</h1>
        <p className="lead">{link.done ? RESTORED : PROBLEMS[link.problem].text}</p>
        <p>
          <a className="button" href={link.done ? '/login' : '/'}>
            {link.done ? 'Sign in' : 'Go to the home page'}
          </a>
        </p>
      </AuthLayout>
    )
  }
  const { user, row } = link.found
  return (
    <AuthLayout illustration="open">
      <FormErrors errors={(await formState(linkForm(UNDO_PAGE, query))).errors} />
      <h1>Restore your account?</h1>
      <p className="lead">
        The account of <span dir="ltr">{user.email}</span> is closed and will be deleted on {formatDateTime(row.expiresAt)}. Everything will
        be as you left it, and you can sign in with your existing password.
      </p>
      <LinkForm
        id="undo-deletion-form"
        action="/api/accounts/account-deletion/undo/"
        token={link.token}
        label="Restore my account"
        busyLabel="Restoring…"
      />
    </AuthLayout>
  )
}
