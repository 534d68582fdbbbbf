import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import type { RequestedLogin } from '#lib/accounts/email-login/email-login-cookie'
import { formatDuration } from '#lib/mail/render-email'
import { settings } from '#lib/settings'
import { EMAIL_LOGIN_PAGE, safeNextPath } from '#lib/web/routes'
import { skipWhenSignedIn } from '../../_session.ts'
import { AuthLayout } from '../../_ui/auth-layout.tsx'
import { pageTitle } from '../../_ui/format-text.ts'
import { FormErrors, LinkForm } from '../../_ui/link-form.tsx'
import { LinkProblem, linkProblemTitle } from '../../_ui/link-problem.tsx'
import { rememberLabel } from '../../_ui/remember-label.ts'
import { SendAgain } from '../../_ui/send-again.tsx'
import { currentView, type View } from './_view.ts'
import { CodeForm } from './code-form.tsx'
import { RequestForm } from './request-form.tsx'

const ANOTHER = `${EMAIL_LOGIN_PAGE}?another`

const TITLES = { ask: 'Sign in by email', code: 'Check your email', link: 'Finish signing in', elsewhere: 'Go back to your other browser' }

export async function generateMetadata({ searchParams }: PageProps<'/login/email'>): Promise<Metadata> {
  const view = await currentView(await searchParams)
  if (view.kind === 'problem') return { title: linkProblemTitle(view.problem) }
  return { title: pageTitle(TITLES[view.kind], view.state.errors) }
}

/** Where an email to sign in with is asked for, its code is entered, and its link leads. Looking at it signs no one in (RS-5). */
export default async function EmailLoginPage({ searchParams }: PageProps<'/login/email'>) {
  const { EMAIL_LOGIN } = settings()
  if (EMAIL_LOGIN === 'none') notFound()
  const query = await searchParams
  const view = await currentView(query)
  const next = safeNextPath(query.next) ?? view.requested?.next ?? null
  await skipWhenSignedIn(next)
  return (
    <AuthLayout illustration="closed">
      <Content view={view} what={EMAIL_LOGIN} next={next} />
      <p className="secondary">
        <a href={next === null ? '/login' : `/login?next=${encodeURIComponent(next)}`}>Sign in another way</a>
      </p>
    </AuthLayout>
  )
}

interface Props {
  view: View
  what: 'code' | 'link'
  next: string | null
}

function Content({ view, what, next }: Props) {
  const { state } = view
  const lifetime = formatDuration(settings().EMAIL_LOGIN_TIMEOUT)
  if (view.kind === 'ask') {
    return <RequestForm state={state} email={state.values.email ?? ''} what={what} next={next} rememberLabel={rememberLabel()} />
  }
  if (view.kind === 'code') {
    return (
      <>
        <CodeForm state={state} email={view.requested.email} what={what} lifetime={lifetime} />
        <Again requested={view.requested} />
      </>
    )
  }
  if (view.kind === 'link') {
    return (
      <>
        <FormErrors errors={state.errors} />
        <h1>{TITLES.link}</h1>
        <p className="lead">
          You’ll be signed in as <strong dir="ltr">{view.email}</strong>.
        </p>
        <LinkForm
          id="email-login-link-form"
          action="/api/accounts/login/email/confirm/"
          token={view.token}
          label="Sign in"
          busyLabel="Signing in…"
        />
      </>
    )
  }
  if (view.kind === 'elsewhere') {
    return (
      <>
        <h1>{TITLES.elsewhere}</h1>
        <p className="lead">You asked to sign in from another browser or device. Enter the code from the email there.</p>
        <p>
          To sign in here instead, <a href={ANOTHER}>get a new email</a>.
        </p>
      </>
    )
  }
  return <LinkProblem problem={view.problem} lifetime={lifetime} done={null} action={{ label: 'Get a new link', href: ANOTHER }} />
}

/** Another email, or another address. */
function Again({ requested: { email, at, next, remember } }: { requested: RequestedLogin }) {
  const fields = { email, ...(next !== null && { next }), ...(remember && { remember: 'on' }) }
  return (
    <>
      <p>Didn’t get it? Check your spam folder and that the address is correct.</p>
      <SendAgain action="/api/accounts/login/email/" fields={fields} sentAt={at.getTime()} now={Date.now()} />
      <p className="secondary">
        <a href={ANOTHER}>Use a different email address</a>
      </p>
    </>
  )
}
