'use client'
import { useEffect, useRef, useState } from 'react'
import { Field, type FieldProps } from './field.tsx'
import { EyeIcon } from './icons.tsx'
import { useHydrated } from './use-hydrated.ts'

interface Props extends Omit<FieldProps, 'type' | 'inside'> {
  /** What the button shows, as in "Show password". */
  shows: string
}

/** A password input with a button that shows what was typed; hidden again as soon as the form is sent. */
export function PasswordField({ shows, ...field }: Props) {
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
