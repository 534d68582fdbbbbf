import type { UserDetail } from '#lib/admin/models/users/read-user'
import { ErrorSummary, Field } from '../../../../_ui/field.tsx'
import { objectMetadata, requireObject } from '../../../_object/require-object.ts'
import { adminFormState } from '../../../_request.ts'
import { adminErrorText, adminProblems } from '../../../_ui/admin-messages.ts'
import { UnsavedChangesForm } from '../../../_ui/unsaved-changes-form.tsx'
import { PasswordPair } from '../../../_views/password.tsx'

/** There may be none to change. */
const titleOf = (usable: boolean) => (usable ? 'Change password' : 'Set password')

const IDS = { password1: 'password1', password2: 'password2', reason: 'reason' }

const addressOf = async (params: PageProps<'/admin/users/[id]/password'>['params']) => ({ model: 'users', ...(await params) })

export async function generateMetadata({ params }: PageProps<'/admin/users/[id]/password'>) {
  return objectMetadata<UserDetail>(await addressOf(params), '/password', (_, seen) => titleOf(seen?.object.password.usable ?? true))
}

export default async function SetPasswordPage({ params }: PageProps<'/admin/users/[id]/password'>) {
  const { permissions, object, page } = await requireObject<UserDetail>(await addressOf(params), '/password')
  const { id, email, password } = object
  const { errors, values } = await adminFormState(page)
  const errorsOf = (field: string) => (errors[field] ?? []).map((code) => adminErrorText(field, code))
  const action = `/api/admin/users/${id}/password/`
  return (
    <div className="stack-loose measure-wide">
      <ErrorSummary problems={adminProblems(errors, IDS)} />
      <p className="crumb">
        <a href={`/admin/users/${id}`} dir="ltr">
          {email}
        </a>
      </p>
      <h1>{titleOf(password.usable)}</h1>
      <p className="lead">
        Enter a new password for <strong dir="ltr">{email}</strong>. Its sessions end, and its owner is told by email.
      </p>
      <UnsavedChangesForm id="password-form" action={action} className="form">
        <input type="hidden" name="usable_password" value="true" />
        <PasswordPair email={email} errorsOf={errorsOf} />
        <Field
          id="reason"
          name="reason"
          label="Reason (optional)"
          hint="Told to the owner, and kept in the audit log."
          type="text"
          dir="auto"
          autoComplete="off"
          maxLength={200}
          defaultValue={values.reason}
          errors={errorsOf('reason')}
        />
        <div className="form-actions row">
          <button type="submit" className="button">
            {titleOf(password.usable)}
          </button>
          <a href={`/admin/users/${id}`}>Cancel</a>
        </div>
      </UnsavedChangesForm>
      {password.usable && permissions.userId !== id && (
        <section className="panel panel-danger stack" aria-labelledby="disable-title">
          <h2 id="disable-title">Password-based authentication</h2>
          <p>Disabled, no one can sign in to this account with a password until one is set again.</p>
          <UnsavedChangesForm id="disable-password-form" action={action} forgiving>
            <input type="hidden" name="usable_password" value="false" />
            <button type="submit" className="button button-danger">
              Disable password-based authentication
            </button>
          </UnsavedChangesForm>
        </section>
      )}
    </div>
  )
}
