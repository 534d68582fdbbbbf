import { AUTHENTICATOR_PAGE, RECOVERY_CODES_PAGE } from '#lib/accounts/second-factor/second-factor'
import { unsavedRecoveryCodes } from '#lib/credentials/recovery-codes'
import { codesLeft, secondFactorsOf } from '#lib/credentials/second-factors'
import { settings } from '#lib/settings'
import { formMetadata, formState } from '../../../_request.ts'
import { requireRecentAuthentication } from '../../../_session.ts'
import { formatCount } from '../../../_ui/format-text.ts'
import { CodeForm } from '../code-form.tsx'
import { SaveCodes } from './save-codes.tsx'

export const generateMetadata = () => formMetadata('Recovery codes', RECOVERY_CODES_PAGE)

/** Shows new recovery codes until they are saved; then how many are left, and replaces them. */
export default async function RecoveryCodesPage() {
  const { user } = await requireRecentAuthentication(RECOVERY_CODES_PAGE)
  const { device, recoveryCodes } = await secondFactorsOf(user.id)
  const state = await formState(RECOVERY_CODES_PAGE)
  if (!device?.confirmedAt) {
    return (
      <div className="stack-loose measure">
        <h1>Recovery codes</h1>
        <p className="lead">
          Recovery codes let you in when you don’t have your authenticator app. <a href={AUTHENTICATOR_PAGE}>Add the app</a> first.
        </p>
      </div>
    )
  }
  const unsaved = unsavedRecoveryCodes(recoveryCodes)
  if (unsaved.length > 0) {
    return (
      <div className="stack-loose measure">
        <SaveCodes state={state} codes={unsaved} appName={settings().APP_NAME} email={user.email} />
      </div>
    )
  }
  return (
    <div className="stack-loose measure">
      <CodeForm
        state={state}
        title="Replace your recovery codes"
        lead={`You have ${formatCount(codesLeft({ recoveryCodes }), 'code', 'codes')} left. A new set of ten replaces them: the old codes will stop working.`}
        action="/api/accounts/second-factor/recovery-codes/"
        submit={['Replace the codes', 'Replacing…']}
      />
    </div>
  )
}
