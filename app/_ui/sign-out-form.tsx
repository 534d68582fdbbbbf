import { FormAccount } from './form-account.tsx'

/** Signing out changes something, so it is a post, never a link. */
export function SignOutForm({ look = 'button' }: { look?: 'button' | 'button button-secondary button-small' | 'nav-button' }) {
  return (
    <form method="post" action="/api/accounts/logout/">
      <FormAccount />
      <button type="submit" className={look}>
        Sign out
      </button>
    </form>
  )
}
