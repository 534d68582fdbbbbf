import type { UserDetail } from '#lib/admin/models/users/read-user'
import { countPasskeys, hasSecondFactor } from '#lib/credentials/second-factors'
import { ErrorSummary, Field } from '../../../../_ui/field.tsx'
import { objectMetadata, requireObject } from '../../../_object/require-object.ts'
import { adminFormState } from '../../../_request.ts'
import { adminErrorText, adminProblems } from '../../../_ui/admin-messages.ts'
import { UnsavedChangesForm } from '../../../_ui/unsaved-changes-form.tsx'

const TITLE = 'Remove second factor'
const IDS = { reason: 'reason' }

const addressOf = async (params: PageProps<'/admin/users/[id]/second-factor'>['params']) => ({ model: 'users', ...(await params) })

export async function generateMetadata({ params }: PageProps<'/admin/users/[id]/second-factor'>) {
  return objectMetadata<UserDetail>(await addressOf(params), '/second-factor', () => TITLE)
}

/** Removes the second factor of an account whose owner has lost it. */
export default async function RemoveSecondFactorPage({ params }: PageProps<'/admin/users/[id]/second-factor'>) {
  const { object, page } = await requireObject<UserDetail>(await addressOf(params), '/second-factor')
  const { id, email } = object
  const { errors, values } = await adminFormState(page)
  const hasFactor = (await hasSecondFactor(id)) || (await countPasskeys(id)) > 0
  return (
    <div className="stack-loose measure-wide">
      <ErrorSummary problems={adminProblems(errors, IDS)} />
      <p className="crumb">
        <a href={`/admin/users/${id}`} dir="ltr">
          {email}
        </a>
      </p>
      <h1>{TITLE}</h1>
      {hasFactor ? (
        <>
          <p className="lead">
            The authenticator app, recovery codes and passkeys of <strong dir="ltr">{email}</strong> stop working. Be sure that it is the
            owner who asks: someone with the password can sign in afterwards.
          </p>
          <UnsavedChangesForm id="second-factor-form" action={`/api/admin/users/${id}/second-factor/reset/`} className="form">
            <Field
              id="reason"
              name="reason"
              label="Reason"
              hint="Told to the owner, and kept in the audit log."
              type="text"
              dir="auto"
              autoComplete="off"
              maxLength={200}
              required
              defaultValue={values.reason}
              errors={(errors.reason ?? []).map((code) => adminErrorText('reason', code))}
            />
            <div className="form-actions row">
              <button type="submit" className="button button-danger">
                {TITLE}
              </button>
              <a href={`/admin/users/${id}`}>Cancel</a>
            </div>
          </UnsavedChangesForm>
        </>
      ) : (
        <p className="lead">The account has no second factor.</p>
      )}
    </div>
  )
}
