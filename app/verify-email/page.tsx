import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { AFTER_LOGIN, VERIFIED_PAGE, VERIFY_PAGE } from '#lib/web/routes'
import { formState, linkForm, sendsNoCookies } from '../_request.ts'
import { AuthLayout } from '../_ui/auth-layout.tsx'
import { pageTitle } from '../_ui/format-text.ts'
import { NO_COOKIES_TEXT } from '../_ui/link-problem.tsx'
import { RefreshOnReturn } from '../_ui/refresh-on-return.tsx'
import { SignInFirst } from '../_ui/sign-in-first.tsx'
import { currentView, type View } from './_view.ts'
import { CodeForm } from './code-form.tsx'
import { Lead, LinkForm } from './link-form.tsx'
import { LinkProblem, problemTitle } from './link-problem.tsx'
import { VerificationEmailForm } from './verification-email-form.tsx'

function titleOf(view: View): string {
  if (view.kind === 'waiting') return 'Check your email'
  return view.kind === 'link' && view.state.kind === 'problem' ? problemTitle(view.state) : 'Confirm your email address'
}

export async function generateMetadata({ searchParams }: PageProps<'/verify-email'>): Promise<Metadata> {
  const query = await searchParams
  const view = await currentView(query)
  const errors = view.kind === 'link' && view.state.kind === 'problem' ? {} : (await formState(linkForm(VERIFY_PAGE, query))).errors
  return { title: pageTitle(titleOf(view), errors) }
}

/** Where emails' links lead, and where their codes are entered. Looking at it confirms nothing. */
export default async function VerifyEmailPage({ searchParams }: PageProps<'/verify-email'>) {
  const query = await searchParams
  const view = await currentView(query)
  if (view.kind === 'confirmed') redirect(view.signedIn ? AFTER_LOGIN : VERIFIED_PAGE)
  const page = linkForm(VERIFY_PAGE, query)
  const state = await formState(page)
  return (
    <AuthLayout illustration="closed">
      {view.kind === 'link' && view.state.kind === 'ready' && (
        <>
          {/* The link may be used in another tab, which opened it after this one had begun to wait. */}
          <RefreshOnReturn />
          {view.state.asks === 'login' ? (
            <SignInFirst title={titleOf(view)} lead={<Lead email={view.state.email} />} page={page} signedIn={view.signedIn} />
          ) : (
            <LinkForm state={state} token={view.token} email={view.state.email} asks={view.state.asks === 'password'} />
          )}
        </>
      )}
      {view.kind === 'link' && view.state.kind === 'problem' && <LinkProblem state={view.state} />}
      {view.kind === 'waiting' && (
        <>
          <RefreshOnReturn />
          <CodeForm state={state} email={view.email} asks={view.asks || 'password' in state.errors} signedIn={view.signedIn} />
        </>
      )}
      {view.kind === 'unknown' && <VerificationEmailForm state={state} {...((await sendsNoCookies()) && { hint: NO_COOKIES_TEXT })} />}
    </AuthLayout>
  )
}
