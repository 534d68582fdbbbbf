import type { FieldProps } from './field.tsx'
import { PasswordField } from './password-field.tsx'

interface Props {
  field: (name: string) => Pick<FieldProps, 'id' | 'name' | 'errors'>
  minLength: number
  /** Whose password it will be: so that password managers renew the right entry. */
  email: string
}

/** Ids by field name, for useNativeForm. */
export const NEW_PASSWORD_IDS = { password: 'new-password', confirm_password: 'confirm-password' }

/** The two fields in which a new password is typed, behind the address that it belongs to. */
export function NewPasswordFields({ field, minLength, email }: Props) {
  return (
    <>
      <input
        type="text"
        autoComplete="username"
        value={email}
        readOnly
        tabIndex={-1}
        aria-hidden="true"
        className="visually-hidden"
        id="username"
      />
      <PasswordField
        {...field('password')}
        label="New password"
        hint={`Use ${minLength} characters or more. A few unrelated words are strong and easy to remember.`}
        shows="new password"
        autoComplete="new-password"
        required
      />
      <PasswordField
        {...field('confirm_password')}
        label="Confirm new password"
        shows="confirmed password"
        autoComplete="new-password"
        required
      />
    </>
  )
}
