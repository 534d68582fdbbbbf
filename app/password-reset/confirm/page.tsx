import type { Metadata } from 'next'
import { cache } from 'react'
import { findResetLink } from '#lib/accounts/password-reset/reset-link'
import { durationWords } from '#lib/mail/letter'
import { settings } from '#lib/settings'
import { openLink } from '../../_links.ts'
import { formState } from '../../_request.ts'
import { Entrance } from '../../_ui/entrance.tsx'
import { LinkProblem, linkProblemTitle } from '../../_ui/link-problem.tsx'
import { mismatchAtConfirmation } from '../../_ui/messages.ts'
import { pageTitle } from '../../_ui/page-title.ts'
import { ConfirmForm } from './confirm-form.tsx'

const PAGE = '/password-reset/confirm'

const openResetLink = cache((query: unknown) => openLink(PAGE, query, findResetLink))

export async function generateMetadata({ searchParams }: PageProps<'/password-reset/confirm'>): Promise<Metadata> {
  const link = await openResetLink((await searchParams).token)
  if (typeof link === 'string') return { title: pageTitle(linkProblemTitle(link)) }
  return { title: pageTitle('Choose a new password', (await formState(PAGE)).errors) }
}

/** Where a reset letter's link leads. Looking at it changes nothing. */
export default async function ConfirmResetPage({ searchParams }: PageProps<'/password-reset/confirm'>) {
  const link = await openResetLink((await searchParams).token)
  const { PASSWORD_RESET_TIMEOUT, PASSWORD_MIN_LENGTH } = settings()
  if (typeof link === 'string') {
    return (
      <Entrance door="closed">
        <LinkProblem
          problem={link}
          lifetime={durationWords(PASSWORD_RESET_TIMEOUT)}
          action={{ label: 'Get a new link', href: '/password-reset?another' }}
        />
        <p className="aside">
          Know your password? <a href="/login">Sign in</a>
        </p>
      </Entrance>
    )
  }
  const { errors, values } = await formState(PAGE)
  return (
    <Entrance door="closed">
      <ConfirmForm
        state={{ errors: mismatchAtConfirmation(errors), values }}
        token={link.token}
        email={link.found.user.email}
        minLength={PASSWORD_MIN_LENGTH}
      />
    </Entrance>
  )
}
