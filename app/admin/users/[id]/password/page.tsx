import type { Metadata } from 'next'
import { permissionFor } from '#lib/admin/declaration'
import { userAdmin } from '#lib/admin/users/declaration'
import { editableFields } from '#lib/admin/users/edit-permissions'
import { readUser, type UserDetail } from '#lib/admin/users/read-user'
import { PermissionDenied } from '#lib/errors'
import { settings } from '#lib/settings'
import { requireRecentAuthentication } from '../../../../_session.ts'
import { ErrorSummary } from '../../../../_ui/error-summary.tsx'
import { Field } from '../../../../_ui/field.tsx'
import { pageTitle } from '../../../../_ui/page-title.ts'
import { adminFormState } from '../../../_flash.ts'
import { isRecentlyVerified, objectTitle } from '../../../_object/require-objects.ts'
import { noteDenial, refuse, required, requireStaff } from '../../../_staff.ts'
import { adminErrorText, adminProblems } from '../../../_ui/admin-messages.ts'
import { PasswordPair } from '../../../_ui/password-pair.tsx'
import { UnsavedChangesForm } from '../../../_ui/unsaved-changes-form.tsx'

const pageOf = (id: string) => `/admin/users/${id}/password`
/** There may be none to change. */
const titleOf = (usable: boolean) => (usable ? 'Change password' : 'Set password')

const IDS = { password1: 'password1', password2: 'password2', reason: 'reason' }

export async function generateMetadata({ params }: PageProps<'/admin/users/[id]/password'>): Promise<Metadata> {
  const { id } = await params
  const named = await objectTitle(
    userAdmin,
    id,
    'change',
    (seen) => titleOf((seen?.object as UserDetail | undefined)?.password.usable ?? true),
    async (staff, objects, object) => (await isRecentlyVerified(staff)) && (await objects.editable(staff.permissions, object)).size > 0,
  )
  return { title: pageTitle(named, (await adminFormState(pageOf(id))).errors) }
}

export default async function SetPasswordPage({ params }: PageProps<'/admin/users/[id]/password'>) {
  const { id } = await params
  const page = pageOf(id)
  const { permissions, principal } = await requireStaff(page, permissionFor(userAdmin, 'change'))
  await requireRecentAuthentication(page)
  const user = required(await readUser(id))
  if ((await editableFields(permissions, user)).size === 0) {
    await noteDenial('beyond_own_rights', principal, user.id)
    refuse(new PermissionDenied())
  }
  const { errors, values } = await adminFormState(page)
  const wrong = (field: string) => (errors[field] ?? []).map((code) => adminErrorText(field, code))
  const action = `/api/admin/users/${user.id}/password/`
  return (
    <div className="stack-loose measure-wide">
      <ErrorSummary problems={adminProblems(errors, IDS)} />
      <p className="crumb">
        <a href={`/admin/users/${user.id}`} dir="ltr">
          {user.email}
        </a>
      </p>
      <h1>{titleOf(user.password.usable)}</h1>
      <p className="lead">
        Enter a new password for <strong dir="ltr">{user.email}</strong>. Its sessions end, and its owner is told by email.
      </p>
      <UnsavedChangesForm id="password-form" action={action} className="form">
        <input type="hidden" name="usable_password" value="true" />
        <PasswordPair
          minLength={settings().PASSWORD_MIN_LENGTH}
          email={user.email}
          errors={{ password1: wrong('password1'), password2: wrong('password2') }}
        />
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
          errors={wrong('reason')}
        />
        <div className="form-actions row">
          <button type="submit" className="button">
            {titleOf(user.password.usable)}
          </button>
          <a href={`/admin/users/${user.id}`}>Cancel</a>
        </div>
      </UnsavedChangesForm>
      {user.password.usable && permissions.userId !== user.id && (
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
