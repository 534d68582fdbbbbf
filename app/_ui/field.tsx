'use client'
/** The fields of every form, and what is wrong with them. All work as the server wrote them, and in a form that checks itself. */
import { type ComponentProps, type ReactNode, type Ref, useState } from 'react'
import { ErrorIcon } from './icons.tsx'

/** One problem, and the field it is about; null for what is about none. */
export interface Problem {
  text: string
  fieldId: string | null
}

interface SummaryProps {
  problems: Problem[]
  ref?: Ref<HTMLDivElement>
}

/** Everything that is wrong with a form, first on the page and focused. Without JavaScript `autofocus` does that. */
export function ErrorSummary({ problems, ref }: SummaryProps) {
  if (problems.length === 0) return null
  return (
    // biome-ignore lint/a11y/noAutofocus: the page was loaded to say this
    <div className="panel error-summary stack-tight" role="alert" tabIndex={-1} autoFocus ref={ref} aria-labelledby="error-summary-title">
      <h2 id="error-summary-title">There is a problem</h2>
      <ul className="stack-tight">
        {problems.map(({ text, fieldId }) => (
          <li key={`${fieldId} ${text}`}>{fieldId ? <a href={`#${fieldId}`}>{text}</a> : text}</li>
        ))}
      </ul>
    </div>
  )
}

interface FieldErrorProps {
  /** The field's; the message has it with `-error` behind. */
  id: string
  /** Messages, one a line. */
  errors: readonly string[]
}

/** What is wrong with a field. A message that is gone keeps its place: the field must not move while a user types in it. */
export function FieldError({ id, errors }: FieldErrorProps) {
  const error = errors.join('\n')
  const [lastError, setLastError] = useState(error)
  if (error !== '' && error !== lastError) setLastError(error)
  if (lastError === '') return null
  return (
    <p className="field-error" id={`${id}-error`} data-gone={error === '' || undefined}>
      <ErrorIcon />
      <span>
        <span className="visually-hidden">Error: </span>
        {lastError}
      </span>
    </p>
  )
}

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
