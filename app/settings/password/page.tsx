import { settings } from '#lib/settings'
import { formMetadata, formState } from '../../_request.ts'
import { requirePrincipal } from '../../_session.ts'
import { sessionsEndedText } from '../../_ui/format-text.ts'
import { mismatchAtConfirmation } from '../../_ui/messages.ts'
import { PasswordForm } from './password-form.tsx'

const PAGE = '/settings/password'

export const generateMetadata = () => formMetadata('Password', PAGE)

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
