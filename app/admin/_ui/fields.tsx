import type { ComponentProps } from 'react'
import { ErrorIcon } from '../../_ui/icons.tsx'

interface InputProps extends Omit<ComponentProps<'input'>, 'id' | 'name' | 'children'> {
  id: string
  name: string
  label: string
  hint?: string | undefined
  errors?: string[]
}

/** What is wrong with a field, above it. */
export function FieldError({ id, errors = [] }: { id: string; errors?: string[] | undefined }) {
  if (errors.length === 0) return null
  return (
    <p className="field-error" id={`${id}-error`}>
      <ErrorIcon />
      <span>
        <span className="visually-hidden">Error: </span>
        {errors.join('\n')}
      </span>
    </p>
  )
}

/** A labelled input whose errors are the server's. */
export function TextInput({ id, label, hint, errors = [], ...input }: InputProps) {
  const describedBy = [hint && `${id}-hint`, errors.length > 0 && `${id}-error`].filter(Boolean).join(' ')
  return (
    <div className="field" data-wrong={errors.length > 0 || undefined}>
      <label htmlFor={id}>{label}</label>
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <FieldError id={id} errors={errors} />
      <div className="input-frame">
        <input id={id} aria-invalid={errors.length > 0 || undefined} aria-describedby={describedBy || undefined} {...input} />
      </div>
    </div>
  )
}

interface FlagProps {
  id: string
  name: string
  label: string
  hint?: string | undefined
  checked: boolean
  errors?: string[]
}

/** A box to tick; unticked, the form says so, too. */
export function FlagInput({ id, name, label, hint, checked, errors = [] }: FlagProps) {
  const describedBy = [hint && `${id}-hint`, errors.length > 0 && `${id}-error`].filter(Boolean).join(' ')
  return (
    <div className="flag-field">
      <FieldError id={id} errors={errors} />
      <input type="hidden" name={name} value="false" />
      <div className="checkbox">
        <input
          type="checkbox"
          id={id}
          name={name}
          value="true"
          defaultChecked={checked}
          aria-invalid={errors.length > 0 || undefined}
          aria-describedby={describedBy || undefined}
        />
        <label htmlFor={id}>{label}</label>
      </div>
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  )
}

interface ChoiceProps {
  id: string
  name: string
  label: string
  hint?: string | undefined
  choices: readonly string[]
  /** Whether none may be chosen. */
  optional: boolean
  value: string
  errors?: string[]
}

/** One of some words. */
export function ChoiceInput({ id, name, label, hint, choices, optional, value, errors = [] }: ChoiceProps) {
  const describedBy = [hint && `${id}-hint`, errors.length > 0 && `${id}-error`].filter(Boolean).join(' ')
  return (
    <div className="field" data-wrong={errors.length > 0 || undefined}>
      <label htmlFor={id}>{label}</label>
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <FieldError id={id} errors={errors} />
      <select
        id={id}
        name={name}
        className="select-input"
        defaultValue={value}
        aria-invalid={errors.length > 0 || undefined}
        aria-describedby={describedBy || undefined}
      >
        {(optional || !choices.includes(value)) && <option value="">–</option>}
        {choices.map((choice) => (
          <option key={choice}>{choice}</option>
        ))}
      </select>
    </div>
  )
}
