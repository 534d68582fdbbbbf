'use client'
import { useLayoutEffect, useRef, useState } from 'react'
import type { Choice, PickerOptions } from '#lib/admin/choices/choices'
import { FieldError } from '../../_ui/field.tsx'
import { formatCount, formatNumber } from '../../_ui/format-text.ts'
import { PickerLists } from './picker-lists.tsx'

export interface PickerProps {
  id: string
  name: string
  legend: string
  hint?: string | undefined
  /** Where the rest is searched for (lib/admin/choices). */
  source: string
  picked: PickerOptions
  /** What was searched for without JavaScript. */
  search: string
  /** In words, where something is wrong. */
  error?: string | undefined
}

/** Chosen ones written as boxes; those beyond are sent along unseen, and found by the search. */
const MAX_BOXES = 100

/** What a user did in the boxes before JavaScript took over, which must not be lost with them. */
export interface Entered {
  chosen: Choice[]
  words: string
  /** Whether they were about to type there. */
  atSearch: boolean
}

const searchIn = (fieldset: HTMLFieldSetElement | null) => fieldset?.querySelector<HTMLInputElement>('input[type="search"]') ?? null

function enteredIn(fieldset: HTMLFieldSetElement, { chosen, offered }: PickerOptions): Entered {
  const ticked = new Map(
    [...fieldset.querySelectorAll<HTMLInputElement>('input[type="checkbox"]')].map((box) => [Number(box.value), box.checked]),
  )
  const search = searchIn(fieldset)
  const fresh = offered.filter(({ id }) => ticked.get(id) === true && !chosen.some((choice) => choice.id === id))
  return {
    // What has no box of its own is as it came.
    chosen: [...chosen.filter(({ id }) => ticked.get(id) !== false), ...fresh],
    words: search?.value ?? '',
    atSearch: search !== null && search === document.activeElement,
  }
}

/** Many of many: with JavaScript two lists to move things between, without it boxes to tick and a search that comes back. */
export function Picker(props: PickerProps) {
  const { id, legend, hint, error, picked } = props
  const fieldset = useRef<HTMLFieldSetElement>(null)
  const [entered, setEntered] = useState<Entered | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when JavaScript takes over
  useLayoutEffect(() => {
    if (fieldset.current) setEntered(enteredIn(fieldset.current, picked))
  }, [])
  // Before anything else happens: a key that is pressed while nothing has the focus would be lost.
  useLayoutEffect(() => {
    const field = entered?.atSearch ? searchIn(fieldset.current) : null
    field?.focus()
    field?.setSelectionRange(field.value.length, field.value.length)
  }, [entered])
  const describedBy = [hint && `${id}-hint`, error !== undefined && `${id}-error`].filter(Boolean).join(' ')
  return (
    <fieldset className="stack-tight" id={id} ref={fieldset} aria-describedby={describedBy || undefined} tabIndex={-1}>
      <legend>{legend}</legend>
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <FieldError id={id} errors={error === undefined ? [] : [error]} />
      {picked.total === 0 ? (
        <>
          <input type="hidden" name={props.name} value="" />
          <p className="secondary">There are none.</p>
        </>
      ) : entered ? (
        <PickerLists {...props} entered={entered} />
      ) : (
        <PickerBoxes {...props} />
      )}
    </fieldset>
  )
}

/** All values of the name count, ids with commas between them or one by one; an empty one says "none". */
function PickerBoxes({ name, legend, picked: { chosen, offered, more, total }, search }: PickerProps) {
  const ids = new Set(chosen.map(({ id }) => id))
  const found = search === '' ? [] : offered
  const first = chosen.filter(({ id }) => !found.some((choice) => choice.id === id)).slice(0, MAX_BOXES)
  const rest = search === '' ? offered : offered.filter(({ id }) => !first.some((choice) => choice.id === id))
  const written = new Set([...first, ...rest].map(({ id }) => id))
  const unwritten = chosen.filter(({ id }) => !written.has(id)).map(({ id }) => id)
  return (
    <>
      <input type="hidden" name={name} value={unwritten.join(',')} />
      <p className="secondary number">
        {formatNumber(chosen.length)} of {formatNumber(total)} chosen
        {unwritten.length > 0 && `, ${formatNumber(unwritten.length)} of them not shown: search for them`}
      </p>
      <div className="search">
        <input
          type="search"
          name={`find_${name}`}
          aria-label={`Find among ${legend.toLowerCase()}`}
          autoComplete="off"
          maxLength={200}
          defaultValue={search}
        />
        <input type="hidden" name={`found_${name}`} value={search} />
        <button type="submit" name="_find" value={name} className="button button-secondary" formNoValidate>
          Find<span className="visually-hidden"> {legend.toLowerCase()}</span>
        </button>
      </div>
      {first.length > 0 && <Boxes name={name} label={`Chosen ${legend.toLowerCase()}`} choices={first} ids={ids} />}
      {rest.length > 0 && (
        <Boxes
          name={name}
          label={search === '' ? `More ${legend.toLowerCase()}` : `Found ${legend.toLowerCase()}`}
          choices={rest}
          ids={ids}
        />
      )}
      {search !== '' && rest.length === 0 && <p className="secondary">Nothing else has these words.</p>}
      {more > 0 && <p className="hint">{formatCount(more, 'more is', 'more are')} not shown. Search to find what you look for.</p>}
    </>
  )
}

function Boxes({ name, label, choices, ids }: { name: string; label: string; choices: Choice[]; ids: Set<number> }) {
  return (
    <ul className="picker-options" aria-label={label}>
      {choices.map((choice) => (
        <li key={choice.id}>
          <label className="row">
            <input type="checkbox" name={name} value={choice.id} defaultChecked={ids.has(choice.id)} disabled={!choice.grantable} />
            <span dir="auto">{choice.label}</span>
            {!choice.grantable && <span className="hint">You do not hold this yourself</span>}
          </label>
          {!choice.grantable && ids.has(choice.id) && <input type="hidden" name={name} value={choice.id} />}
        </li>
      ))}
    </ul>
  )
}
