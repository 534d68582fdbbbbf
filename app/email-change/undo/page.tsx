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

const PAGE = '/email-change/undo'

const openUndoLink = cache((query: unknown) => openLink(PAGE, query, (token, now) => findChangeLink('email_change_undo', token, now)))

export async function generateMetadata({ searchParams }: PageProps<'/email-change/undo'>): Promise<Metadata> {
  const link = await openUndoLink((await searchParams).token)
  if (typeof link === 'string') return { title: pageTitle(linkProblemTitle(link)) }
  return { title: pageTitle('Undo the change of your email address', (await formState(PAGE)).errors) }
}

/** Where the letter to a former address leads. Looking at it changes nothing. */
export default async function UndoChangePage({ searchParams }: PageProps<'/email-change/undo'>) {
  const link = await openUndoLink((await searchParams).token)
  if (typeof link === 'string') {
    return (
      <Entrance door="closed">
        <LinkProblem
          problem={link}
          lifetime={durationWords(settings().EMAIL_CHANGE_UNDO_TIMEOUT)}
          action={{ label: 'Reset your password', href: '/password-reset?another' }}
        />
      </Entrance>
    )
  }
  return (
    <Entrance door="closed">
      <LinkErrors errors={(await formState(PAGE)).errors} />
      <h1>Undo the change of your email address</h1>
      <p className="lead">
        Your account goes back to <strong dir="ltr">{link.found.row.email}</strong>.
      </p>
      <ul className="effects">
        <li>Everybody is signed out, on every device.</li>
        <li>The present password stops working.</li>
        <li>We send you a link to choose a new one.</li>
      </ul>
      <LinkForm action="/api/accounts/email/change/undo/" token={link.token} label="Undo the change" busyLabel="Undoing…" />
    </Entrance>
  )
}
