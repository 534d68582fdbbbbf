import { settings } from '#lib/settings'
import { formatPhone, phoneHint } from '#lib/users/phone'
import { storedTexts } from '#lib/users/user'
import { formMetadata, formState } from '../../_request.ts'
import { requirePrincipal } from '../../_session.ts'
import { ofSignedInPerson } from '../../_ui/messages.ts'
import { SyncPasskeys } from '../../_ui/sync-passkeys.tsx'
import { ProfileForm } from './profile-form.tsx'

const PAGE = '/settings/profile'

export const generateMetadata = () => formMetadata('Profile', PAGE)

/** How the number is understood, where it is, and how to enter another one. */
function phoneWords(phone: string): string {
  const formatted = formatPhone(phone)
  return formatted === phone ? phoneHint() : `Saved as ${formatted}. ${phoneHint()}`
}

export default async function ProfilePage() {
  const { user } = await requirePrincipal(PAGE)
  const { errors, values } = await formState(PAGE)
  const editable = settings().USERNAME_EDITABLE
  const saved = storedTexts(user)
  return (
    <div className="stack-loose measure">
      <SyncPasskeys user={user} />
      <ProfileForm
        state={{ errors: ofSignedInPerson(errors), values: { ...saved, ...values } }}
        phoneHint={phoneWords(user.phone)}
        usernameEditable={editable}
      >
        <div className="field">
          <p className="label" id="email-label">
            Email address
          </p>
          <p>
            <span dir="ltr">{user.email}</span> <a href="/settings/email">Change email address</a>
          </p>
        </div>
        {!editable && (
          <div className="field">
            <p className="label">Username</p>
            <p dir="ltr">{user.username}</p>
          </div>
        )}
      </ProfileForm>
    </div>
  )
}
