import { FormAccount } from './form-account.tsx'

/** Signing out changes something, so it is a post, never a link. */
export function SignOutForm({ quiet = false }: { quiet?: boolean }) {
  return (
    <form method="post" action="/api/accounts/logout/">
      <FormAccount />
      <button type="submit" className={quiet ? 'button button-quiet' : 'button'}>
        Sign out
      </button>
    </form>
  )
}
