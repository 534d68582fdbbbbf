import { isUsablePassword } from '#lib/passwords/hash'
import { settings } from '#lib/settings'
import { formMetadata, formState } from '../../_request.ts'
import { requirePrincipal, requireRecentAuthentication } from '../../_session.ts'
import { sessionsEndedText } from '../../_ui/format-text.ts'
import { mismatchAtConfirmation } from '../../_ui/messages.ts'
import { PasswordForm } from './password-form.tsx'

const PAGE = '/settings/password'

export const generateMetadata = () => formMetadata('Password', PAGE)

export default async function PasswordPage() {
  // A new password is not kept while the owner is asked who they are, so they are asked before they enter it.
  const asksPassword = isUsablePassword((await requirePrincipal(PAGE)).user.password)
  const { user } = asksPassword ? await requirePrincipal(PAGE) : await requireRecentAuthentication(PAGE)
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
        asksPassword={asksPassword}
        minLength={settings().PASSWORD_MIN_LENGTH}
      />
      {asksPassword && (
        <p className="secondary">
          Forgot your current password? <a href="/password-reset">Reset it by email</a>
        </p>
      )}
    </div>
  )
}
