import { FormAccount } from './form-account.tsx'

interface Props {
  /** Where the email goes, if it waits for its confirmation. */
  email: string
  label: string
  quiet?: boolean
}

/** Asks for another email that confirms an address: one button. */
export function ResendForm({ email, label, quiet = false }: Props) {
  return (
    <form method="post" action="/api/accounts/email/verify/resend/">
      <FormAccount />
      <input type="hidden" name="email" value={email} />
      <button type="submit" className={quiet ? 'button button-secondary' : 'button'}>
        {label}
      </button>
    </form>
  )
}
