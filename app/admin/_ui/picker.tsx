'use client'
import { useRef, useState } from 'react'
import { useHydrated } from '../../_ui/use-hydrated.ts'

export interface PickerOption {
  id: number
  label: string
  /** Whether it may not be given or taken: it stays as it is. */
  fixed?: boolean
}

interface Props {
  id: string
  name: string
  legend: string
  hint?: string | undefined
  options: PickerOption[]
  chosen: number[]
  /** In words, where something is wrong. */
  error?: string | undefined
}

/** Many of many: boxes to tick, and with JavaScript a search among them. All values count; an empty one says "none". */
export function Picker({ id, name, legend, hint, options, chosen, error }: Props) {
  const hydrated = useHydrated()
  const list = useRef<HTMLUListElement>(null)
  const [words, setWords] = useState('')
  const [count, setCount] = useState(chosen.length)
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean)
  const matches = ({ label }: PickerOption) => wanted.every((word) => label.toLowerCase().includes(word))

  const recount = () => setCount([...(list.current?.querySelectorAll('input:checked') ?? [])].length)
  const setShown = (checked: boolean) => {
    for (const input of list.current?.querySelectorAll<HTMLInputElement>('li:not([hidden]) input:enabled') ?? []) input.checked = checked
    recount()
  }
  return (
    <fieldset className="picker" id={id} aria-describedby={hint ? `${id}-hint` : undefined}>
      <legend>{legend}</legend>
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && <p className="field-error">{error}</p>}
      <input type="hidden" name={name} value="" />
      {options.length === 0 && <p className="empty">There are none.</p>}
      {options.length > 0 && (
        <>
          <div className="picker-tools" hidden={!hydrated}>
            <div className="input-frame">
              <input
                type="search"
                aria-label={`Find among ${legend.toLowerCase()}`}
                placeholder="Find"
                autoComplete="off"
                value={words}
                onChange={({ target }) => setWords(target.value)}
                onKeyDown={(event) => event.key === 'Enter' && event.preventDefault()}
              />
            </div>
            <button type="button" className="link-button" onClick={() => setShown(true)}>
              Choose all
            </button>
            <button type="button" className="link-button" onClick={() => setShown(false)}>
              Remove all
            </button>
            <p role="status">
              {count} of {options.length} chosen
            </p>
          </div>
          <ul ref={list} className="picker-list" onChange={recount}>
            {options.map((option) => (
              <li key={option.id} hidden={!matches(option)}>
                <label>
                  <input
                    type="checkbox"
                    name={name}
                    value={option.id}
                    defaultChecked={chosen.includes(option.id)}
                    disabled={option.fixed}
                  />
                  <span dir="auto">{option.label}</span>
                </label>
                {option.fixed && chosen.includes(option.id) && <input type="hidden" name={name} value={option.id} />}
              </li>
            ))}
          </ul>
        </>
      )}
    </fieldset>
  )
}
