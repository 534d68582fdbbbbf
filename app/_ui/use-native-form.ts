'use client'
import { type SubmitEvent, useCallback, useEffect, useRef, useState } from 'react'
import { type Resolver, useForm } from 'react-hook-form'
import type { FieldErrors } from '#lib/errors'
import type { Problem } from './field.tsx'
import { useHydrated } from './form-hooks.ts'
import { errorText } from './messages.ts'
import type { Values } from './resolvers.ts'
import { tellWrong } from './tell-wrong.ts'

interface Options {
  /** Ids of the inputs by field name, in the order of the form. */
  ids: Record<string, string>
  /** What the server found wrong. */
  errors: FieldErrors
  resolver: Resolver<Values>
  /** Told when a field is left after a change. */
  onLeave?: (name: string, value: string) => void
  /** What the server alone can tell of a form in which something is wrong already: a person is told everything at once. */
  ask?: (form: HTMLFormElement) => Promise<FieldErrors>
}

/** One message of react-hook-form holds all codes of a field; codes have no blanks. */
const joined = (codes: string[]) => codes.join(' ')

/**
 * A form that is checked here and then posted by the browser itself, exactly as it would be without JavaScript.
 * Messages appear when a field is left after a change, or on submit; while typing they only ever go away.
 */
export function useNativeForm({ ids, errors: found, resolver, onLeave, ask }: Options) {
  const names = Object.keys(ids)
  const [serverErrors] = useState(() =>
    Object.fromEntries(names.flatMap((name) => (found[name] ? [[name, { type: 'server', message: joined(found[name]) }]] : []))),
  )
  const { register, handleSubmit, trigger, setValue, setError, formState } = useForm<Values>({
    resolver,
    errors: serverErrors,
    mode: 'onSubmit',
    reValidateMode: 'onSubmit',
    shouldFocusError: false,
  })
  const [summary, setSummary] = useState({ wrong: found, isMore: false })
  const [sending, setSending] = useState(false)
  const hydrated = useHydrated()
  const form = useRef<HTMLFormElement>(null)
  const summaryBox = useRef<HTMLDivElement>(null)
  const changed = useRef(new Set<string>())
  const busy = useRef(false)
  const pointerDown = useRef(false)
  const submits = useRef(0)

  useEffect(() => {
    const isWrong = Object.keys(summary.wrong).length > 0
    document.title = document.title.replace(/^(Error: )?/, isWrong ? 'Error: ' : '')
    // Do not move the focus of a user who is already correcting a field.
    if (isWrong && !summary.isMore) summaryBox.current?.focus()
  }, [summary])

  useEffect(() => {
    const down = () => {
      pointerDown.current = true
    }
    const up = () => {
      pointerDown.current = false
    }
    // A page that Back brings out of the browser's memory has its form where it was sent: ready again.
    const ready = () => {
      busy.current = false
      setSending(false)
      delete form.current?.dataset.sending
    }
    window.addEventListener('pointerdown', down)
    window.addEventListener('pointerup', up)
    window.addEventListener('pageshow', ready)
    return () => {
      window.removeEventListener('pointerdown', down)
      window.removeEventListener('pointerup', up)
      window.removeEventListener('pageshow', ready)
    }
  }, [])

  const codesOf = (name: string) => formState.errors[name]?.message?.split(' ') ?? []

  /** A message that pushes the page down between press and release would make the click miss its button. */
  const afterPress = (act: () => void) => {
    if (pointerDown.current) window.addEventListener('pointerup', () => setTimeout(act), { once: true })
    else act()
  }

  const textIn = (name: string) => {
    const input = form.current?.elements.namedItem(name) as HTMLInputElement | null
    return input === null || (input.type === 'checkbox' && !input.checked) ? '' : input.value
  }

  const leave = (name: string, value: string) => {
    if (!changed.current.has(name)) return
    const check = () => {
      void trigger(name)
      onLeave?.(name, value)
    }
    afterPress(check)
  }

  const field = (name: string) => {
    const id = ids[name] as string
    return {
      id,
      errors: codesOf(name).map((code) => errorText(name, code)),
      ...register(name, {
        onBlur: (event: { target: HTMLInputElement }) => leave(name, event.target.value),
        onChange: () => {
          changed.current.add(name)
          const confirmed = name === 'password' && formState.errors.confirm_password ? ['confirm_password'] : []
          const again = [...(formState.errors[name] ? [name] : []), ...confirmed]
          if (again.length > 0) void trigger(again)
        },
      }),
    }
  }

  const send = () => {
    setSending(true)
    // Browsers offer to save what was in a password field; one that shows its text is none.
    for (const input of form.current?.querySelectorAll<HTMLInputElement>('input[data-secret]') ?? []) input.type = 'password'
    form.current?.setAttribute('data-sending', '')
    form.current?.submit()
  }

  const refuse = (errors: typeof formState.errors) => {
    busy.current = false
    const submit = ++submits.current
    const sent = Object.fromEntries(names.map((name) => [name, textIn(name)]))
    const wrong = names.map((name): [string, string[]] => [name, errors[name]?.message?.split(' ') ?? []])
    void tellWrong({
      names,
      found: Object.fromEntries(wrong.filter(([, codes]) => codes.length > 0)),
      ask: async () => {
        const more = (form.current && (await ask?.(form.current))) ?? {}
        await new Promise<void>(afterPress)
        return more
      },
      isSame: (name) => submit === submits.current && !busy.current && textIn(name) === sent[name],
      show: (wrong, changed, isMore) => {
        for (const name of changed) setError(name, { type: 'custom', message: joined(wrong[name] ?? []) })
        setSummary({ wrong, isMore })
      },
    })
  }

  const onSubmit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (busy.current) return
    busy.current = true
    // Password managers and scripts may have filled the inputs without a word.
    for (const name of names) setValue(name, textIn(name))
    await handleSubmit(send, refuse)()
  }

  const problems: Problem[] = Object.entries(summary.wrong).flatMap(([name, codes]) =>
    codes.map((code) => ({
      text: errorText(name, code),
      fieldId: ids[name] ?? (/^invalid_(staff_)?credentials$/.test(code) ? (ids.email ?? null) : null),
    })),
  )
  const fill = useCallback((name: string, value: string) => setValue(name, value, { shouldValidate: true }), [setValue])
  const formProps = { ref: form, onSubmit, noValidate: hydrated, method: 'post' as const }
  return { field, fill, summary: { problems, ref: summaryBox }, sending, formProps }
}

export type NativeFormState = ReturnType<typeof useNativeForm>
