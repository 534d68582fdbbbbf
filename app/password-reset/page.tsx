import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { readResetRequest } from '#lib/accounts/password-reset/reset-request-cookie'
import { formatDuration } from '#lib/mail/render-email'
import { settings } from '#lib/settings'
import { formState } from '../_request.ts'
import { currentPrincipal } from '../_session.ts'
import { AuthLayout } from '../_ui/auth-layout.tsx'
import { pageTitle } from '../_ui/format-text.ts'
import { SendAgain } from '../_ui/send-again.tsx'
import { RequestForm } from './request-form.tsx'

const PAGE = '/password-reset'

type Query = Awaited<PageProps<'/password-reset'>['searchParams']>

/** The link that was asked for in this browser a moment ago; null where the form is wanted. */
async function requested({ another }: Query) {
  const { errors, values } = await formState(PAGE)
  if (another !== undefined || values.email || Object.keys(errors).length > 0) return null
  return readResetRequest((await headers()).get('cookie'))
}

export async function generateMetadata({ searchParams }: PageProps<'/password-reset'>): Promise<Metadata> {
  const title = (await requested(await searchParams)) ? 'Check your email' : 'Reset your password'
  return { title: pageTitle(title, (await formState(PAGE)).errors) }
}

export default async function PasswordResetPage({ searchParams }: PageProps<'/password-reset'>) {
  const query = await searchParams
  const request = await requested(query)
  if (request) return <Sent email={request.email} at={request.at} />
  const state = await formState(PAGE)
  const own = query.another === undefined ? (await currentPrincipal())?.user.email : undefined
  return (
    <AuthLayout illustration="closed">
      <RequestForm state={state} email={state.values.email ?? own ?? ''} />
      <p className="secondary">
        Remembered it? <a href="/login">Sign in</a>
      </p>
    </AuthLayout>
  )
}

function Sent({ email, at }: { email: string; at: Date }) {
  return (
    <AuthLayout illustration="closed">
      <h1>Check your email</h1>
      <p className="lead">
        If an account exists for <strong dir="ltr">{email}</strong>, we’ve sent a link. It expires in{' '}
        {formatDuration(settings().PASSWORD_RESET_TIMEOUT)}.
      </p>
      <p>Didn’t get it? Check your spam folder and that the address is correct.</p>
      <SendAgain action="/api/accounts/password/reset/" fields={{ email }} sentAt={at.getTime()} now={Date.now()} />
      <p className="secondary">
        <a href="/password-reset?another">Use a different email address</a>
      </p>
    </AuthLayout>
  )
}
