import type { Metadata } from 'next'
import { settings } from '#lib/settings'
import { formState } from '../../_request.ts'
import { requirePrincipal } from '../../_session.ts'
import { sessionsEndedText } from '../../_ui/format-count.ts'
import { mismatchAtConfirmation } from '../../_ui/messages.ts'
import { pageTitle } from '../../_ui/page-title.ts'
import { PasswordForm } from './password-form.tsx'

const PAGE = '/settings/password'

export async function generateMetadata(): Promise<Metadata> {
  return { title: pageTitle('Password', (await formState(PAGE)).errors) }
}

export default async function PasswordPage() {
  const { user } = await requirePrincipal(PAGE)
  const { errors, values } = await formState(PAGE)
  const { sessions_ended } = values
  return (
    <div className="stack-loose measure">
      {sessions_ended !== undefined && (
        <p className="status" role="status">
          Your password has been changed. {sessionsEndedText(sessions_ended)} We’ve emailed you to confirm.
        </p>
      )}
      <PasswordForm
        state={{ errors: mismatchAtConfirmation(errors), values: {} }}
        email={user.email}
        minLength={settings().PASSWORD_MIN_LENGTH}
      />
      <p className="secondary">
        Forgot your current password? <a href="/password-reset">Reset it by email</a>
      </p>
    </div>
  )
}
