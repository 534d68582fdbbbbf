import { FormAccount } from '../_ui/form-account.tsx'

/** Leads the owner of a closed account back: the email's link sets a new password and restores the account. */
export function RestoreForm({ email }: { email: string }) {
  return (
    <form method="post" action="/api/accounts/password/reset/">
      <FormAccount />
      <input type="hidden" name="email" value={email} />
      <button type="submit" className="button button-secondary">
        Email me a link to restore it
      </button>
    </form>
  )
}
