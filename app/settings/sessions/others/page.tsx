import { requireRecentAuthentication } from '../../../_session.ts'
import { Checkbox } from '../../../_ui/field.tsx'
import { FormAccount } from '../../../_ui/form-account.tsx'

const PAGE = '/settings/sessions/others'

export const metadata = { title: 'Sign out all other sessions' }

/** Asks; looking at this page ends nothing. */
export default async function OtherSessionsPage() {
  await requireRecentAuthentication(PAGE)
  return (
    <div className="stack-loose measure">
      <h1>Sign out all other sessions?</h1>
      <p className="lead">You’ll be signed out everywhere except here.</p>
      <form id="sign-out-others-form" method="post" action="/api/accounts/logout/all/" className="form">
        <FormAccount />
        <Checkbox id="current" name="current" label="Sign out on this device too" />
        <button type="submit" className="button">
          Sign out all others
        </button>
      </form>
      <p className="secondary">
        <a href="/settings/sessions">Cancel</a>
      </p>
    </div>
  )
}
