import { formatDuration } from '#lib/mail/render-email'
import { isUsablePassword } from '#lib/passwords/hash'
import { settings } from '#lib/settings'
import { retentionNotice } from '#lib/users/delete-account'
import { formMetadata, formState } from '../../_request.ts'
import { requirePrincipal } from '../../_session.ts'
import { DeletionForm } from './deletion-form.tsx'

const PAGE = '/settings/data'

export const generateMetadata = () => formMetadata('Your data', PAGE)

export default async function DataPage() {
  const { user } = await requirePrincipal(PAGE)
  const { ACCOUNT_DELETION_GRACE: grace } = settings()
  const consequence =
    grace > 0
      ? `You’ll be signed out everywhere. You have ${formatDuration(grace)} to restore your account using a link we’ll email you. After that, everything is permanently deleted. ${retentionNotice()}`
      : `You’ll be signed out everywhere, and your account and everything in it is permanently deleted right away. ${retentionNotice()}`
  return (
    <div className="stack-loose measure">
      <DeletionForm
        state={await formState(PAGE)}
        email={user.email}
        asksPassword={isUsablePassword(user.password)}
        consequence={consequence}
      >
        <h1>Your data</h1>
        <section className="stack" aria-labelledby="export-title">
          <h2 id="export-title">Download your data</h2>
          <p>
            Everything we hold about you as a JSON file: your profile, your sessions, your account’s activity, and a list of the emails
            we’ve sent you.
          </p>
          <p>
            <a className="button button-secondary" href="/api/accounts/me/export/">
              Download my data
            </a>
          </p>
        </section>
      </DeletionForm>
    </div>
  )
}
