import { PasswordField } from '../../_ui/password-field.tsx'

interface Props {
  minLength: number
  errorsOf: (field: string) => string[]
  /** Whose password it is; on the form of a new account that is asked for. */
  email?: string
  required?: boolean
}

/** A password for another user's account, twice. */
export function PasswordPair({ minLength, errorsOf, email, required = true }: Props) {
  return (
    <>
      {email !== undefined && (
        <input
          type="text"
          autoComplete="username"
          value={email}
          readOnly
          tabIndex={-1}
          aria-hidden="true"
          className="visually-hidden"
          id="username-of-password"
        />
      )}
      <PasswordField
        id="password1"
        name="password1"
        label="Password"
        hint={`Use ${minLength} characters or more. A few unrelated words are strong and easy to remember.`}
        shows="password"
        autoComplete="new-password"
        required={required}
        errors={errorsOf('password1')}
      />
      <PasswordField
        id="password2"
        name="password2"
        label="Password confirmation"
        hint="Enter the same password as before, for verification."
        shows="confirmed password"
        autoComplete="new-password"
        required={required}
        errors={errorsOf('password2')}
      />
    </>
  )
}
