import type { Metadata } from 'next'
import { cache } from 'react'
import { findChangeLink } from '#lib/accounts/email-change/change-links'
import { durationWords } from '#lib/mail/letter'
import { settings } from '#lib/settings'
import { openLink } from '../../_links.ts'
import { formState } from '../../_request.ts'
import { Entrance } from '../../_ui/entrance.tsx'
import { LinkProblem, linkProblemTitle } from '../../_ui/link-problem.tsx'
import { pageTitle } from '../../_ui/page-title.ts'
import { LinkErrors, LinkForm } from '../link-form.tsx'

const PAGE = '/email-change/confirm'

const openChangeLink = cache((query: unknown) => openLink(PAGE, query, (token, now) => findChangeLink('email_change', token, now)))

export async function generateMetadata({ searchParams }: PageProps<'/email-change/confirm'>): Promise<Metadata> {
  const link = await openChangeLink((await searchParams).token)
  if (typeof link === 'string') return { title: pageTitle(linkProblemTitle(link)) }
  return { title: pageTitle('Confirm your new email address', (await formState(PAGE)).errors) }
}

/** Where the letter to a new address leads. Looking at it changes nothing. */
export default async function ConfirmChangePage({ searchParams }: PageProps<'/email-change/confirm'>) {
  const link = await openChangeLink((await searchParams).token)
  if (typeof link === 'string') {
    return (
      <Entrance door="closed">
        <LinkProblem
          problem={link}
          lifetime={durationWords(settings().EMAIL_CHANGE_TIMEOUT)}
          action={{ label: 'Ask for the change again', href: '/settings/email' }}
        />
      </Entrance>
    )
  }
  const { row, user } = link.found
  return (
    <Entrance door="closed">
      <LinkErrors errors={(await formState(PAGE)).errors} />
      <h1>Confirm your new email address</h1>
      <p className="lead">
        From now on you sign in with <strong dir="ltr">{row.email}</strong> instead of <span dir="ltr">{user.email}</span>.
      </p>
      <LinkForm action="/api/accounts/email/change/confirm/" token={link.token} label="Confirm this address" busyLabel="Confirming…" />
    </Entrance>
  )
}
