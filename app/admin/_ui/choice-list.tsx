'use client'
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import type { Choice } from '#lib/admin/choices/choices'
import { formatNumber } from '../../_ui/format-text.ts'

/** Options of a list before "Show more", and that many more each time. */
const STEP = 100

interface Props {
  id: string
  title: string
  /** How many there are, shown or not. */
  count: number
  /** What it is narrowed to. */
  words: string
  onWords: (words: string) => void
  /** The search field's label. */
  find: string
  choices: Choice[]
  /** What a click, Enter or the space bar does to one of them. */
  act: (choice: Choice) => void
  all: { label: string; run: () => Promise<void> }
  onFocus?: () => void
  busy?: boolean
  children?: ReactNode
}

/** One of a picker's lists (ARIA's listbox): the arrow keys go through it, Enter moves the active option to the other one. */
export function ChoiceList({ id, title, count, words, onWords, find, choices, act, all, onFocus, busy = false, children }: Props) {
  const [active, setActive] = useState(0)
  const [limit, setLimit] = useState(STEP)
  const list = useRef<HTMLDivElement>(null)
  const shown = choices.slice(0, limit)
  const at = Math.min(active, Math.max(shown.length - 1, 0))
  const optionId = (choice: Choice | undefined) => (choice ? `${id}-${choice.id}` : undefined)

  // biome-ignore lint/correctness/useExhaustiveDependencies: what is active may be another choice at the same place
  useEffect(() => {
    const element = list.current?.querySelector('[aria-selected="true"]')
    if (list.current?.contains(document.activeElement)) element?.scrollIntoView({ block: 'nearest' })
  }, [at, shown.length])

  const move = (choice: Choice | undefined) => {
    if (choice?.grantable) act(choice)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: shown.length - 1,
      PageDown: at + 8,
      PageUp: at - 8,
    }
    const to = steps[event.key]
    if (to !== undefined) setActive(Math.max(0, Math.min(to, shown.length - 1)))
    else if (event.key === 'Enter' || event.key === ' ') move(shown[at])
    else return
    event.preventDefault()
  }
  const onSearchKey = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' && event.key !== 'ArrowDown') return
    event.preventDefault()
    if (event.key === 'ArrowDown') list.current?.focus()
    else if (choices.length === 1) move(choices[0])
  }
  return (
    <div className="picker-list">
      <div className="row spread">
        <p className="label" id={`${id}-title`}>
          {title} <span className="secondary number">{formatNumber(count)}</span>
        </p>
        <button type="button" className="button-link" onClick={() => void all.run()}>
          {all.label}
          <span className="visually-hidden"> {title.replace(/^\w+ /, '')}</span>
        </button>
      </div>
      {/* Uncontrolled: React would put its own value back over text that arrives while it replaces the boxes. */}
      <input
        type="search"
        aria-label={find}
        aria-controls={id}
        placeholder="Find"
        autoComplete="off"
        maxLength={200}
        defaultValue={words}
        onFocus={onFocus}
        onChange={({ target }) => onWords(target.value)}
        onKeyDown={onSearchKey}
      />
      <div
        ref={list}
        id={id}
        className="picker-options"
        role="listbox"
        tabIndex={0}
        aria-labelledby={`${id}-title`}
        aria-activedescendant={optionId(shown[at])}
        aria-busy={busy}
        onFocus={onFocus}
        onKeyDown={onKeyDown}
      >
        {shown.map((choice, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the list takes the keys
          <div
            key={choice.id}
            id={optionId(choice)}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            aria-disabled={!choice.grantable}
            onClick={(event) => {
              // A double click, as in Django's lists, means one: the next option is under the pointer by then.
              if (event.detail > 1) return
              setActive(index)
              move(choice)
            }}
          >
            <span dir="auto">{choice.label}</span>
            {!choice.grantable && <span className="hint">You do not hold this yourself</span>}
          </div>
        ))}
      </div>
      {children}
      {choices.length > limit && (
        <button type="button" className="button-link" onClick={() => setLimit(limit + STEP)}>
          Show more
        </button>
      )}
    </div>
  )
}
