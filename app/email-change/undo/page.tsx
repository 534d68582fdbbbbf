import type { Metadata } from 'next'
import { cache } from 'react'
import { findChangeLink, UNDO_PAGE } from '#lib/accounts/email-change/change-links'
import { formatDuration } from '#lib/mail/render-email'
import { settings } from '#lib/settings'
import { openLink } from '../../_links.ts'
import { formState, type LinkQuery, linkForm } from '../../_request.ts'
import { AuthLayout } from '../../_ui/auth-layout.tsx'
import { pageTitle } from '../../_ui/format-text.ts'
import { FormErrors, LinkForm } from '../../_ui/link-form.tsx'
import { LinkProblem, linkProblemTitle } from '../../_ui/link-problem.tsx'

const openUndoLink = cache((query: LinkQuery) =>
  openLink(UNDO_PAGE, query, 'email_change_undo', (token, now) => findChangeLink('email_change_undo', token, now)),
)

export async function generateMetadata({ searchParams }: PageProps<'/email-change/undo'>): Promise<Metadata> {
  const query = await searchParams
  const link = await openUndoLink(query)
  if ('problem' in link) return { title: linkProblemTitle(link.problem) }
  return { title: pageTitle('Undo email change', (await formState(linkForm(UNDO_PAGE, query))).errors) }
}

/** Where the email to a former address leads. Looking at it changes nothing. */
export default async function UndoChangePage({ searchParams }: PageProps<'/email-change/undo'>) {
  const query = await searchParams
  const link = await openUndoLink(query)
  if ('problem' in link) {
    return (
      <AuthLayout illustration="closed">
        <LinkProblem
          problem={link.problem}
          lifetime={formatDuration(settings().EMAIL_CHANGE_UNDO_TIMEOUT)}
          done={
            link.done && {
              text: `The change has been undone, and your account is at ${link.done.email} again. We’ve sent a link there to choose a new password.`,
              action: { label: 'Send another link', href: '/password-reset?another' },
            }
          }
          action={{ label: 'Reset your password', href: '/password-reset?another' }}
        />
      </AuthLayout>
    )
  }
  return (
    <AuthLayout illustration="closed">
      <FormErrors errors={(await formState(linkForm(UNDO_PAGE, query))).errors} />
      <h1>Undo email change</h1>
      <p className="lead">
        Your account goes back to <strong dir="ltr">{link.found.row.email}</strong>.
      </p>
      <ul className="bullets stack-tight">
        <li>All devices will be signed out.</li>
        <li>Your current password will stop working.</li>
        <li>We’ll send you a link to choose a new one.</li>
      </ul>
      <LinkForm
        id="undo-change-form"
        action="/api/accounts/email/change/undo/"
        token={link.token}
        label="Undo the change"
        busyLabel="Undoing…"
      />
    </AuthLayout>
  )
}
