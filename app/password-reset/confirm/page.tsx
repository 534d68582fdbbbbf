import type { Metadata } from 'next'
import { cache } from 'react'
import { isInvited } from '#lib/accounts/invitation/invite'
import { CONFIRM_PAGE, findResetLink } from '#lib/accounts/password-reset/reset-link'
import { formatDuration } from '#lib/mail/render-email'
import { settings } from '#lib/settings'
import { ownerOfOneTimeToken } from '#lib/tokens/done-by-link'
import { openLink } from '../../_links.ts'
import { formState, type LinkQuery, linkForm } from '../../_request.ts'
import { AuthLayout } from '../../_ui/auth-layout.tsx'
import { pageTitle } from '../../_ui/format-text.ts'
import { LinkProblem, linkProblemTitle } from '../../_ui/link-problem.tsx'
import { mismatchAtConfirmation } from '../../_ui/messages.ts'
import { ConfirmForm } from './confirm-form.tsx'

const openResetLink = cache(async (query: LinkQuery) => {
  let isInvitation = false
  const link = await openLink(CONFIRM_PAGE, query, 'password_reset', async (token, now) => {
    const owner = await ownerOfOneTimeToken('password_reset', token)
    isInvitation = owner !== null && isInvited(owner)
    return findResetLink(token, now)
  })
  return { ...link, isInvitation }
})

export async function generateMetadata({ searchParams }: PageProps<'/password-reset/confirm'>): Promise<Metadata> {
  const query = await searchParams
  const link = await openResetLink(query)
  if ('problem' in link) return { title: linkProblemTitle(link.problem) }
  const title = link.isInvitation ? 'Choose a password' : 'Choose a new password'
  return { title: pageTitle(title, (await formState(linkForm(CONFIRM_PAGE, query))).errors) }
}

/** Where a reset email's link leads. Looking at it changes nothing. */
export default async function ConfirmResetPage({ searchParams }: PageProps<'/password-reset/confirm'>) {
  const query = await searchParams
  const link = await openResetLink(query)
  const { PASSWORD_RESET_TIMEOUT, INVITATION_TIMEOUT, PASSWORD_MIN_LENGTH } = settings()
  if ('problem' in link) {
    return (
      <AuthLayout illustration="closed">
        <LinkProblem
          problem={link.problem}
          lifetime={formatDuration(link.isInvitation ? INVITATION_TIMEOUT : PASSWORD_RESET_TIMEOUT)}
          done={
            link.done && {
              text: 'Your new password has been set and still works.',
              action: { label: 'Sign in with your new password', href: '/login' },
            }
          }
          action={{ label: 'Get a new link', href: '/password-reset?another' }}
        />
        <p className="secondary">
          Know your password? <a href="/login">Sign in</a>
        </p>
      </AuthLayout>
    )
  }
  const { errors, values } = await formState(linkForm(CONFIRM_PAGE, query))
  return (
    <AuthLayout illustration="closed">
      <ConfirmForm
        state={{ errors: mismatchAtConfirmation(errors), values }}
        token={link.token}
        email={link.found.user.email}
        minLength={PASSWORD_MIN_LENGTH}
        account={link.isInvitation ? 'invited' : link.found.user.isActive ? 'open' : 'closed'}
      />
    </AuthLayout>
  )
}
