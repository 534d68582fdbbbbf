'use client'
import { type ComponentProps, type SubmitEvent, useEffect, useRef } from 'react'
import { FormAccount } from '../../_ui/form-account.tsx'
import { useHydrated, useSubmitting, useUnsavedWarning } from '../../_ui/form-hooks.ts'
import { FormTheme } from '../../_ui/theme.tsx'

interface Props extends Omit<ComponentProps<'form'>, 'method' | 'onSubmit' | 'ref' | 'noValidate'> {
  /** Whether it begins with values that were refused. */
  unsaved?: boolean
  /** It holds nothing that a user would miss. */
  forgiving?: boolean
}

/**
 * A form that the browser posts by itself, with or without JavaScript, and that the server checks. With JavaScript it is sent
 * once, Ctrl+S saves it, and it is not left with changes unnoticed.
 */
export function UnsavedChangesForm({ unsaved = false, forgiving = false, children, ...form }: Props) {
  const ref = useRef<HTMLFormElement>(null)
  const none = useRef<HTMLFormElement>(null)
  const { sending, onSubmit } = useSubmitting()
  const hydrated = useHydrated()
  useUnsavedWarning(forgiving ? none : ref, unsaved)

  useEffect(() => {
    const save = (event: KeyboardEvent) => {
      if (forgiving || event.key.toLowerCase() !== 's' || !(event.ctrlKey || event.metaKey)) return
      event.preventDefault()
      ref.current?.requestSubmit(ref.current.querySelector<HTMLButtonElement>('button[type="submit"]'))
    }
    // A page that Back brings out of the browser's memory may be left with changes again.
    const ready = () => {
      delete ref.current?.dataset.sending
      for (const button of ref.current?.querySelectorAll('button[aria-busy]') ?? []) button.removeAttribute('aria-busy')
    }
    window.addEventListener('keydown', save)
    window.addEventListener('pageshow', ready)
    return () => {
      window.removeEventListener('keydown', save)
      window.removeEventListener('pageshow', ready)
    }
  }, [forgiving])

  const send = (event: SubmitEvent<HTMLFormElement>) => {
    // A download leaves the page where it is.
    if (
      event.currentTarget.querySelector('option[data-download]:checked') &&
      event.nativeEvent.submitter?.getAttribute('formaction') == null
    )
      return
    event.currentTarget.dataset.sending = ''
    event.nativeEvent.submitter?.setAttribute('aria-busy', 'true')
    for (const input of event.currentTarget.querySelectorAll<HTMLInputElement>('input[data-secret]')) input.type = 'password'
    onSubmit(event)
  }
  return (
    <form {...form} ref={ref} method="post" onSubmit={send} aria-busy={sending || undefined} noValidate={hydrated}>
      <FormAccount />
      {children}
      {!forgiving && <FormTheme />}
    </form>
  )
}
