import type { Metadata } from 'next'
import { formatDuration } from '#lib/mail/render-email'
import { settings } from '#lib/settings'
import { retentionNotice } from '#lib/users/retention-notice'
import { formState } from '../../_request.ts'
import { requirePrincipal } from '../../_session.ts'
import { pageTitle } from '../../_ui/page-title.ts'
import { DeletionForm } from './deletion-form.tsx'

const PAGE = '/settings/data'

export async function generateMetadata(): Promise<Metadata> {
  return { title: pageTitle('Your data', (await formState(PAGE)).errors) }
}

export default async function DataPage() {
  const { user } = await requirePrincipal(PAGE)
  const { ACCOUNT_DELETION_GRACE: grace } = settings()
  const consequence =
    grace > 0
      ? `You are signed out everywhere and nobody can sign in any more. For ${formatDuration(grace)} you can have the account back, by a link that we email to you. After that it is deleted with all that we keep about you, and nothing brings it back. ${retentionNotice()}`
      : `You are signed out everywhere, and your account is deleted at once with all that we keep about you. Nothing brings it back. ${retentionNotice()}`
  return (
    <div className="settings-page">
      <DeletionForm state={await formState(PAGE)} email={user.email} consequence={consequence}>
        <h1>Your data</h1>
        <section className="card" aria-labelledby="export-title">
          <h2 id="export-title">Download your data</h2>
          <p>
            A file of all that we keep about you: your profile, where you signed in, what happened in your account, and the emails that we
            sent, without their text. as a JSON file.
          </p>
          <p>
            <a className="button button-quiet" href="/api/accounts/me/export/">
              Download my data
            </a>
          </p>
        </section>
      </DeletionForm>
    </div>
  )
}
