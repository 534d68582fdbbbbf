'use client'
import { type ReactNode, type SubmitEvent, useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { FormAccount } from './form-account.tsx'
import { tickOf, useHydrated } from './form-hooks.ts'
import { ErrorIcon } from './icons.tsx'
import { errorText } from './messages.ts'
import {
  createPasskey,
  getPasskey,
  OptionsRefused,
  offerPasskeys,
  type PasskeyAnswer,
  signalUnknownPasskey,
  supportsPasskeys,
} from './passkeys.ts'
import { SubmitButton } from './submit-button.tsx'

const subscribe = () => () => {}

/** Whether the browser can use passkeys; the server's HTML takes that for granted, so that nothing moves when the page is ready. */
export const usePasskeySupport = () => useSyncExternalStore(subscribe, supportsPasskeys, () => true)

interface Props {
  /** The endpoint that takes the passkey; its options are below it. */
  action: string
  ceremony?: 'get' | 'create'
  /** The button's label, and what it says while the browser asks. */
  submit: readonly [label: string, busyLabel: string]
  look?: 'button' | 'button button-secondary'
  /** Where it leads, if not where the endpoint says. */
  next?: string | null
  /** The id of the box that says whether the browser stays signed in. */
  rememberBox?: string
  /** Whether passkeys are offered in the page's fields, too. */
  autofill?: boolean
  /** Whether the server did not know the passkey that was sent last. */
  wasUnknown?: boolean
  /** The page that confirms who the user is, for a session that is too old. */
  stepUp?: string
  /** Whether it counts only for the account that the page was shown to; a form that signs in does not. */
  ofAccount?: boolean
}

/** A form of one button: the browser asks for a passkey, or makes one, and the form posts its answer. */
export function PasskeyForm({
  action,
  ceremony = 'get',
  submit: [label, busyLabel],
  look = 'button',
  next = null,
  rememberBox,
  autofill = false,
  wasUnknown = false,
  stepUp,
  ofAccount = true,
}: Props) {
  const supported = usePasskeySupport()
  const hydrated = useHydrated()
  const form = useRef<HTMLFormElement>(null)
  const stopOffering = useRef(() => {})
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)

  const send = useCallback(
    ({ credential }: PasskeyAnswer) => {
      setField(form.current, 'credential', credential)
      if (rememberBox !== undefined) setField(form.current, 'remember', tickOf(rememberBox))
      form.current?.submit()
    },
    [rememberBox],
  )
  const offer = useCallback(() => {
    if (autofill) stopOffering.current = offerPasskeys(action, send)
  }, [action, autofill, send])

  useEffect(() => {
    offer()
    return () => stopOffering.current()
  }, [offer])

  useEffect(() => {
    if (wasUnknown) signalUnknownPasskey()
  }, [wasUnknown])

  useEffect(() => {
    // A page that Back brings out of the browser's memory has its form where it was sent: ready again.
    const ready = () => setBusy(false)
    window.addEventListener('pageshow', ready)
    return () => window.removeEventListener('pageshow', ready)
  }, [])

  const onSubmit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (busy) return
    setBusy(true)
    setProblem(null)
    // The browser asks for one passkey at a time.
    stopOffering.current()
    try {
      send(await (ceremony === 'create' ? createPasskey(action) : getPasskey(action)))
    } catch (error) {
      if (mustSignIn(error)) return location.assign(stepUp ?? location.href)
      setBusy(false)
      setProblem(problemOf(error))
      offer()
    }
  }

  return (
    <form ref={form} className="form needs-scripts" method="post" action={action} hidden={!supported} onSubmit={onSubmit}>
      {ofAccount && <FormAccount />}
      {next !== null && <input type="hidden" name="next" value={next} />}
      <input type="hidden" name="credential" />
      {rememberBox !== undefined && <input type="hidden" name="remember" />}
      {problem && (
        <p className="field-error" role="alert">
          <ErrorIcon />
          {problem}
        </p>
      )}
      <SubmitButton label={label} busyLabel={busyLabel} busy={busy} look={look} ready={hydrated} />
    </form>
  )
}

/** Beside a PasskeyForm: why it is not there, where the browser runs no scripts or knows no passkeys. @param children what to do instead */
export function NoPasskeys({ children }: { children: ReactNode }) {
  const supported = usePasskeySupport()
  if (!supported) return <p>This browser can’t use passkeys. {children}</p>
  return <p className="without-scripts">Passkeys need JavaScript, which is off in this browser. {children}</p>
}

function setField(form: HTMLFormElement | null, name: string, value: string): void {
  const field = form?.elements.namedItem(name)
  if (field instanceof HTMLInputElement) field.value = value
}

/** Whether the session is over, or too old: what a page of the server settles. */
const mustSignIn = (error: unknown) =>
  error instanceof OptionsRefused && (error.status === 401 || error.code === 'reauthentication_required')

/** What to say where no passkey was used or made; null where a person has turned it down. */
function problemOf(error: unknown): string | null {
  const said = (code: string) => errorText('non_field_errors', code)
  if (error instanceof OptionsRefused) {
    if (error.status === 429) return said(`throttled:${error.retryAfter ?? 60}`)
    return said(error.status === 409 && error.code ? error.code : 'passkey_failed')
  }
  const { name } = error as Error
  if (name === 'NotAllowedError' || name === 'AbortError') return null
  return said(name === 'InvalidStateError' ? 'passkey_exists' : 'passkey_failed')
}
