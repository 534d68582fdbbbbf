import type { ComponentProps, ReactNode } from 'react'
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

interface FrameProps {
  id: string
  label: string
  hint?: string | undefined
  errors: string[]
  /** The input, which is told what describes it and whether something is wrong. */
  children: (described: { id: string; 'aria-invalid': true | undefined; 'aria-describedby': string | undefined }) => ReactNode
}

/** A label, what helps, what is wrong, and below them the input. */
function FieldFrame({ id, label, hint, errors, children }: FrameProps) {
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
      {children({ id, 'aria-invalid': errors.length > 0 || undefined, 'aria-describedby': describedBy || undefined })}
    </div>
  )
}

/** A labelled input whose errors are the server's. */
export function TextInput({ id, label, hint, errors = [], ...input }: InputProps) {
  return (
    <FieldFrame id={id} label={label} hint={hint} errors={errors}>
      {(described) => (
        <div className="input-frame">
          <input {...described} {...input} />
        </div>
      )}
    </FieldFrame>
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
  choices: readonly { value: string; label: string }[]
  /** What none of them is called; undefined where one must be chosen. */
  none?: string | undefined
  value: string
  errors?: string[]
}

/** One of several. */
export function ChoiceInput({ id, name, label, hint, choices, none, value, errors = [] }: ChoiceProps) {
  const known = choices.some((choice) => choice.value === value)
  return (
    <FieldFrame id={id} label={label} hint={hint} errors={errors}>
      {(described) => (
        <select {...described} name={name} className="select-input" defaultValue={value}>
          {(none !== undefined || !known) && <option value="">{none ?? '–'}</option>}
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      )}
    </FieldFrame>
  )
}
