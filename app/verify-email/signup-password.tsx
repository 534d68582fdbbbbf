import type { FieldProps } from '../_ui/field.tsx'
import { CurrentPasswordField } from '../_ui/password-field.tsx'

/** Asks for the password of the sign-up, where a stranger may have been the one who signed up. */
export function SignupPassword({ field, email }: { field: Pick<FieldProps, 'id' | 'name' | 'errors'>; email: string }) {
  return (
    <CurrentPasswordField
      {...field}
      email={email}
      label="Enter the password you chose"
      hint="You’re using a different browser, so we need to check it’s you."
      below={
        <p className="hint">
          I don’t know it: <a href="/password-reset">choose a new one</a>
        </p>
      }
    />
  )
}
