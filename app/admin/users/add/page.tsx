import type { Metadata } from 'next'
import { permissionFor } from '#lib/admin/declaration'
import { userAdmin } from '#lib/admin/users/declaration'
import { SIGN_IN_WAYS } from '#lib/admin/users/schema'
import { settings } from '#lib/settings'
import { ErrorSummary } from '../../../_ui/error-summary.tsx'
import { pageTitle } from '../../../_ui/page-title.ts'
import { adminFormState } from '../../_flash.ts'
import { requireStaff } from '../../_staff.ts'
import { adminErrorText, adminProblems } from '../../_ui/admin-words.ts'
import { FieldError, TextInput } from '../../_ui/fields.tsx'
import { GuardedForm } from '../../_ui/guarded-form.tsx'
import { PasswordPair } from '../../_ui/password-pair.tsx'
import { SubmitLine } from '../../_ui/submit-line.tsx'

const PAGE = '/admin/users/add'
const IDS = { email: 'email', name: 'name', phone: 'phone', password1: 'password1', password2: 'password2' }

/** Whether the password's fields are there at all is up to the style sheet: without it all are. */
const WAYS: [way: (typeof SIGN_IN_WAYS)[number], label: string, hint: string][] = [
  ['password', 'With a password that you set now', 'Tell it to them by a safe way.'],
  ['invitation', 'Send an invitation', 'They are mailed a link with which they choose a password themselves.'],
  ['none', 'No usable password', 'Nobody can sign in until somebody sets a password, or the owner asks for a link to choose one.'],
]

export async function generateMetadata(): Promise<Metadata> {
  return { title: pageTitle('Add user', (await adminFormState(PAGE)).errors) }
}

export default async function AddUserPage() {
  await requireStaff(PAGE, permissionFor(userAdmin, 'add'))
  const { errors, values } = await adminFormState(PAGE)
  const chosen = SIGN_IN_WAYS.find((way) => way === values.sign_in_by) ?? 'password'
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
        <fieldset className="ways">
          <legend>How the owner signs in</legend>
          <FieldError id="sign-in-by" errors={wrong('sign_in_by')} />
          {WAYS.map(([way, label, hint]) => (
            <div key={way} className="way">
              <div className="checkbox">
                <input
                  type="radio"
                  id={`by-${way}`}
                  name="sign_in_by"
                  value={way}
                  defaultChecked={way === chosen}
                  aria-describedby={`by-${way}-hint`}
                />
                <label htmlFor={`by-${way}`}>{label}</label>
              </div>
              <p className="hint" id={`by-${way}-hint`}>
                {hint}
              </p>
            </div>
          ))}
        </fieldset>
        <div className="by-password">
          <PasswordPair
            minLength={settings().PASSWORD_MIN_LENGTH}
            errors={{ password1: wrong('password1'), password2: wrong('password2') }}
            required={false}
          />
        </div>
        <SubmitLine add={PAGE}>
          <a href="/admin/users">Cancel</a>
        </SubmitLine>
      </GuardedForm>
    </div>
  )
}
