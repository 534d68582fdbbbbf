import { type RefObject, type SubmitEvent, useEffect, useState, useSyncExternalStore } from 'react'

const subscribe = () => () => {}

/** Whether JavaScript runs by now: false in the server's HTML and at the first render in the browser. */
export const useHydrated = () =>
  useSyncExternalStore(
    subscribe,
    () => true,
    () => false,
  )

/** What another form's checkbox would send, as it is now; nothing where there is none. @param id of the checkbox */
export function tickOf(id: string): 'on' | '' {
  const box = document.getElementById(id)
  return box instanceof HTMLInputElement && box.checked ? 'on' : ''
}

/** For a form of one button: says that it is on its way, and sends it once. */
export function useSubmitting() {
  const [sending, setSending] = useState(false)
  useEffect(() => {
    // A page that Back brings out of the browser's memory has its form where it was sent: ready again.
    const ready = () => setSending(false)
    window.addEventListener('pageshow', ready)
    return () => window.removeEventListener('pageshow', ready)
  }, [])
  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    if (sending) event.preventDefault()
    setSending(true)
  }
  return { sending, onSubmit }
}

/**
 * Lets the browser ask before a page is left with changes that were not saved; without changes it asks nothing.
 * @param unsaved whether the form begins with values that were refused
 */
export function useUnsavedWarning(form: RefObject<HTMLFormElement | null>, unsaved: boolean): void {
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      const element = form.current
      // A form on its way takes its changes along (use-native-form.ts).
      if (!element || element.dataset.sending !== undefined) return
      // An input without a name only helps with the form: it is not sent.
      const changed = [...element.querySelectorAll('input')].some(
        (input) => input.name !== '' && (input.value !== input.defaultValue || input.checked !== input.defaultChecked),
      )
      if (changed || unsaved) event.preventDefault()
    }
    window.addEventListener('beforeunload', warn)
    return () => window.removeEventListener('beforeunload', warn)
  }, [form, unsaved])
}
