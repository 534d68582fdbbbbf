'use client'
import { useEffect, useRef, useState } from 'react'
import { Field, type FieldProps } from './field.tsx'
import { useHydrated } from './form-hooks.ts'
import { EyeIcon } from './icons.tsx'

interface Props extends Omit<FieldProps, 'type' | 'inside'> {
  /** What the button shows, as in "Show password". */
  shows: string
}

/** A password input with a button that shows what was typed; hidden again as soon as the form is sent. */
function PasswordField({ shows, ...field }: Props) {
  const [visible, setVisible] = useState(false)
  const [announced, setAnnounced] = useState('')
  const button = useRef<HTMLButtonElement>(null)
  const hydrated = useHydrated()

  useEffect(() => {
    const form = button.current?.form
    const hide = () => setVisible(false)
    form?.addEventListener('submit', hide)
    return () => form?.removeEventListener('submit', hide)
  }, [])

  const toggle = () => {
    setVisible(!visible)
    setAnnounced(visible ? `Your ${shows} is hidden` : `Your ${shows} is visible`)
  }

  return (
    <Field
      {...field}
      type={visible ? 'text' : 'password'}
      data-secret
      required={field.required ?? true}
      spellCheck={false}
      autoCapitalize="none"
      dir="ltr"
      inside={
        <>
          <button
            ref={button}
            type="button"
            className="reveal"
            hidden={!hydrated}
            aria-controls={field.id}
            aria-label={`${visible ? 'Hide' : 'Show'} ${shows}`}
            onClick={toggle}
          >
            <EyeIcon crossed={visible} />
          </button>
          <span className="visually-hidden" role="status">
            {announced}
          </span>
        </>
      }
    />
  )
}

/** Tells password managers whose password it is. It has no name, so it is not sent. */
const UsernameHint = ({ email }: { email: string }) => (
  <input
    type="text"
    autoComplete="username"
    defaultValue={email}
    readOnly
    tabIndex={-1}
    aria-hidden="true"
    className="visually-hidden"
    id="username"
  />
)

type PasswordProps = Pick<FieldProps, 'id' | 'name'> & Partial<Props>

interface CurrentPasswordProps extends PasswordProps {
  /** Whose password it is, where no other field of the form says that. */
  email?: string
}

/** The password that an account has. */
export const CurrentPasswordField = ({ email, ...field }: CurrentPasswordProps) => (
  <>
    {email !== undefined && <UsernameHint email={email} />}
    <PasswordField label="Your password" shows="password" autoComplete="current-password" {...field} />
  </>
)

/** Ids by field name, for useNativeForm. */
export const NEW_PASSWORD_IDS = { password: 'new-password', confirm_password: 'confirm-password' }

interface NewPasswordProps {
  first: PasswordProps
  /** The same again; null where the form does not ask for that. */
  second: PasswordProps | null
  minLength: number
  /** Whose password it will be, where no other field of the form says that: so that password managers update the right entry. */
  email?: string
}

/** A new password, twice. */
export const NewPasswordFields = ({ first, second, minLength, email }: NewPasswordProps) => (
  <>
    {email !== undefined && <UsernameHint email={email} />}
    <PasswordField
      label="New password"
      hint={`Use ${minLength} characters or more. A few unrelated words are strong and easy to remember.`}
      shows="new password"
      autoComplete="new-password"
      {...first}
    />
    {second !== null && <PasswordField label="Confirm new password" shows="confirmed password" autoComplete="new-password" {...second} />}
  </>
)
