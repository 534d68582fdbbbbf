import { formatDuration } from '#lib/mail/render-email'
import { isUsablePassword } from '#lib/passwords/hash'
import { settings } from '#lib/settings'
import { formMetadata, formState } from '../../_request.ts'
import { requirePrincipal } from '../../_session.ts'
import { EmailChangeBanner } from '../../_ui/email-banners.tsx'
import { EmailForm } from './email-form.tsx'

const PAGE = '/settings/email'

export const generateMetadata = () => formMetadata('Email address', PAGE)

export default async function EmailPage() {
  const { user } = await requirePrincipal(PAGE)
  const state = await formState(PAGE)
  const sentTo = state.values.sent_to
  return (
    <div className="stack-loose measure">
      <EmailChangeBanner user={user} withForm />
      {sentTo !== undefined && (
        <p className="status" role="status">
          <span>
            We’ve sent a link to <strong dir="ltr">{sentTo}</strong>. The link expires in {formatDuration(settings().EMAIL_CHANGE_TIMEOUT)}.
            Until you use it, your address stays <span dir="ltr">{user.email}</span>.
          </span>
        </p>
      )}
      <EmailForm
        state={sentTo === undefined ? state : { errors: {}, values: { email: sentTo } }}
        current={user.email}
        asksPassword={isUsablePassword(user.password)}
      />
    </div>
  )
}
