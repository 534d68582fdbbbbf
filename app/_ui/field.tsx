/** The fields of every form. Each works as the server wrote it, without JavaScript, and in a form that checks itself. */
import type { ComponentProps, ReactNode } from 'react'
import { FieldError } from './field-error.tsx'

interface Described {
  id: string
  hint?: string | undefined
  /** What is wrong with it, in words. */
  errors?: readonly string[] | undefined
}

/** The attributes by which an input names its hint and its error. */
function description({ id, hint, errors = [] }: Described) {
  const isInvalid = errors.length > 0
  const ids = [hint && `${id}-hint`, isInvalid && `${id}-error`].filter(Boolean).join(' ')
  return { id, 'aria-invalid': isInvalid || undefined, 'aria-describedby': ids || undefined }
}

function Hint({ id, hint }: Described) {
  if (!hint) return null
  return (
    <p className="hint" id={`${id}-hint`}>
      {hint}
    </p>
  )
}

/** A label, its hint and its errors above the input, where neither a keyboard nor an autofill list covers them. */
function Labelled({ label, children, ...described }: Described & { label: string; children: ReactNode }) {
  return (
    <div className="field">
      <label htmlFor={described.id}>{label}</label>
      <Hint {...described} />
      <FieldError id={described.id} errors={described.errors ?? []} />
      {children}
    </div>
  )
}

export interface FieldProps extends Omit<ComponentProps<'input'>, 'id' | 'name' | 'children'>, Described {
  name: string
  label: string
  /** Inside the input's frame, at its end. */
  inside?: ReactNode
  /** Below the input. */
  below?: ReactNode
}

/** A labelled input. */
export function Field({ id, label, hint, errors, inside, below, ...input }: FieldProps) {
  const described = { id, hint, errors }
  return (
    <Labelled label={label} {...described}>
      <div className="input-frame">
        <input {...description(described)} {...input} />
        {inside}
      </div>
      {below}
    </Labelled>
  )
}

interface SelectProps extends Described {
  name: string
  label: string
  choices: readonly { value: string; label: string }[]
  /** The label of choosing none; undefined where one must be chosen. */
  none?: string | undefined
  value: string
}

/** One of many. */
export function Select({ name, label, choices, none, value, ...described }: SelectProps) {
  const isKnown = choices.some((choice) => choice.value === value)
  return (
    <Labelled label={label} {...described}>
      <select {...description(described)} name={name} defaultValue={value}>
        {(none !== undefined || !isKnown) && <option value="">{none ?? '–'}</option>}
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </Labelled>
  )
}

interface CheckboxProps extends Described {
  name: string
  label: string
  type?: 'checkbox' | 'radio'
  /** What the form sends where it is checked, instead of `on`. */
  value?: string
  /** What the form sends where it is not; without it, nothing. */
  uncheckedValue?: string
  defaultChecked?: boolean
  disabled?: boolean
}

/** A box to check, with its label beside it. */
export function Checkbox({ id, label, hint, errors = [], type = 'checkbox', uncheckedValue, ...input }: CheckboxProps) {
  const described = { id, hint, errors }
  return (
    <div className="checkbox">
      <FieldError id={id} errors={errors} />
      {uncheckedValue !== undefined && <input type="hidden" name={input.name} value={uncheckedValue} />}
      <input type={type} {...description(described)} {...input} />
      <label htmlFor={id}>{label}</label>
      <Hint {...described} />
    </div>
  )
}

interface RadioGroupProps {
  id: string
  name: string
  legend: string
  choices: readonly { value: string; label: string; hint?: string }[]
  value: string
  errors?: readonly string[]
}

/** One of a few. */
export function RadioGroup({ id, name, legend, choices, value, errors = [] }: RadioGroupProps) {
  return (
    <fieldset id={id} tabIndex={-1} aria-describedby={errors.length > 0 ? `${id}-error` : undefined}>
      <legend>{legend}</legend>
      <FieldError id={id} errors={errors} />
      {choices.map((choice) => (
        <Checkbox
          key={choice.value}
          {...choice}
          type="radio"
          id={`${id}-${choice.value}`}
          name={name}
          defaultChecked={choice.value === value}
        />
      ))}
    </fieldset>
  )
}
