import type { Metadata } from 'next'
import { cache } from 'react'
import { CONFIRM_PAGE, findChangeLink } from '#lib/accounts/email-change/change-links'
import { formatDuration } from '#lib/mail/render-email'
import { isUsablePassword } from '#lib/passwords/hash'
import { settings } from '#lib/settings'
import { AFTER_LOGIN } from '#lib/web/routes'
import { openLink } from '../../_links.ts'
import { formState, type LinkQuery, linkForm } from '../../_request.ts'
import { currentPrincipal } from '../../_session.ts'
import { AuthLayout } from '../../_ui/auth-layout.tsx'
import { pageTitle } from '../../_ui/format-text.ts'
import { LinkProblem, linkProblemTitle } from '../../_ui/link-problem.tsx'
import { SignInFirst } from '../../_ui/sign-in-first.tsx'
import { ConfirmForm } from './confirm-form.tsx'

const TITLE = 'Confirm your new email address'

const openChangeLink = cache((query: LinkQuery) =>
  openLink(CONFIRM_PAGE, query, 'email_change', (token, now) => findChangeLink('email_change', token, now)),
)

export async function generateMetadata({ searchParams }: PageProps<'/email-change/confirm'>): Promise<Metadata> {
  const query = await searchParams
  const link = await openChangeLink(query)
  if ('problem' in link) return { title: linkProblemTitle(link.problem) }
  return { title: pageTitle(TITLE, (await formState(linkForm(CONFIRM_PAGE, query))).errors) }
}

/** Where the email to a new address leads. Looking at it changes nothing; confirming needs the account's session or password. */
export default async function ConfirmChangePage({ searchParams }: PageProps<'/email-change/confirm'>) {
  const query = await searchParams
  const link = await openChangeLink(query)
  if ('problem' in link) {
    return (
      <AuthLayout illustration="closed">
        <LinkProblem
          problem={link.problem}
          lifetime={formatDuration(settings().EMAIL_CHANGE_TIMEOUT)}
          done={
            link.done && {
              text: `Your email address has been changed. Sign in with ${link.done.email}.`,
              action: { label: 'Go to your account', href: AFTER_LOGIN },
            }
          }
          action={{ label: 'Request the change again', href: '/settings/email' }}
        />
      </AuthLayout>
    )
  }
  const { row, user } = link.found
  const visitor = (await currentPrincipal())?.user ?? null
  const asks = visitor?.id !== user.id
  const page = linkForm(CONFIRM_PAGE, query)
  const lead = (
    <p className="lead">
      Sign in with <strong dir="ltr">{row.email}</strong> instead of <span dir="ltr">{user.email}</span>.
    </p>
  )
  return (
    <AuthLayout illustration="closed">
      {asks && !isUsablePassword(user.password) ? (
        <SignInFirst title={TITLE} lead={lead} page={page} signedIn={visitor !== null} />
      ) : (
        <ConfirmForm state={await formState(page)} token={link.token} email={user.email} asks={asks} title={TITLE}>
          {lead}
        </ConfirmForm>
      )}
    </AuthLayout>
  )
}
