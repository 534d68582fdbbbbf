import { type RefObject, useEffect } from 'react'

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
