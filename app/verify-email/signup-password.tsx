import type { FieldProps } from '../_ui/field.tsx'
import { PasswordField } from '../_ui/password-field.tsx'

/** Asks for the password of the sign-up, where a stranger may have been the one who signed up. */
export function SignupPassword({ field, email }: { field: FieldProps | Omit<FieldProps, 'label'>; email: string }) {
  return (
    <>
      {/* Tells password managers whose password it is. */}
      <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
      <PasswordField
        {...field}
        label="Enter the password you chose"
        hint="You’re using a different browser, so we need to check it’s you."
        shows="password"
        autoComplete="current-password"
        required
        below={
          <p className="hint">
            I don’t know it: <a href="/password-reset">choose a new one</a>
          </p>
        }
      />
    </>
  )
}
