import type { Metadata } from 'next'
import { permissionFor } from '#lib/admin/declaration'
import { userAdmin } from '#lib/admin/users/declaration'
import { settings } from '#lib/settings'
import { ErrorSummary } from '../../../_ui/error-summary.tsx'
import { pageTitle } from '../../../_ui/page-title.ts'
import { adminFormState } from '../../_flash.ts'
import { requireStaff } from '../../_staff.ts'
import { adminErrorText, adminProblems } from '../../_ui/admin-words.ts'
import { TextInput } from '../../_ui/fields.tsx'
import { GuardedForm } from '../../_ui/guarded-form.tsx'
import { PasswordPair } from '../../_ui/password-pair.tsx'

const PAGE = '/admin/users/add'
const IDS = { email: 'email', name: 'name', phone: 'phone', password1: 'password1', password2: 'password2' }

export async function generateMetadata(): Promise<Metadata> {
  return { title: pageTitle('Add user', (await adminFormState(PAGE)).errors) }
}

export default async function AddUserPage() {
  await requireStaff(PAGE, permissionFor(userAdmin, 'add'))
  const { errors, values } = await adminFormState(PAGE)
  const wrong = (field: string) => (errors[field] ?? []).map((code) => adminErrorText(field, code))
  return (
    <div className="admin-page admin-form-page">
      <ErrorSummary problems={adminProblems(errors, IDS)} />
      <p className="crumb">
        <a href="/admin/users">Users</a>
      </p>
      <h1>Add user</h1>
      <p className="lead">First what the account needs to exist. Then you can say more about it, and what it may do.</p>
      <GuardedForm id="add-user-form" action="/api/admin/users/" className="form" unsaved={Object.keys(errors).length > 0}>
        <TextInput
          id="email"
          name="email"
          label="Email address"
          type="email"
          dir="ltr"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          required
          defaultValue={values.email}
          errors={wrong('email')}
        />
        <TextInput
          id="name"
          name="name"
          label="Name"
          type="text"
          dir="auto"
          autoComplete="off"
          spellCheck={false}
          required
          defaultValue={values.name}
          errors={wrong('name')}
        />
        <TextInput
          id="phone"
          name="phone"
          label="Phone"
          hint="Begin with a plus and the country code, like +44 808 157 0192."
          type="tel"
          dir="ltr"
          autoComplete="off"
          required
          defaultValue={values.phone}
          errors={wrong('phone')}
        />
        <PasswordPair
          minLength={settings().PASSWORD_MIN_LENGTH}
          errors={{ password1: wrong('password1'), password2: wrong('password2') }}
        />
        <div className="submit-line">
          <button type="submit" className="button">
            Save
          </button>
          <a href="/admin/users">Cancel</a>
        </div>
      </GuardedForm>
    </div>
  )
}
