'use client'
import { useEffect, useRef, useState } from 'react'
import type { Choice } from '#lib/admin/choices/choices'
import { numberWords } from './admin-messages.ts'
import { ChoiceList } from './choice-list.tsx'
import type { Entered, PickerProps } from './picker.tsx'
import { useChoices } from './use-choices.ts'

const byLabel = (a: Choice, b: Choice) => a.label.localeCompare(b.label)

const matches = (words: string, { label }: Choice) =>
  words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => label.toLowerCase().includes(word))

/** Django's two lists: what there is, asked of the server word by word, and what is chosen. */
export function PickerLists({ id, name, legend, source, picked, search, entered }: PickerProps & { entered: Entered }) {
  const [chosen, setChosen] = useState(entered.chosen)
  const [chosenWords, setChosenWords] = useState('')
  const [said, setSaid] = useState('')
  const offers = useChoices(source, picked, search, entered.words)
  const input = useRef<HTMLInputElement>(null)
  const ids = new Set(chosen.map((choice) => choice.id))
  const available = offers.choices.filter((choice) => !ids.has(choice.id))
  const shownChosen = chosen.filter((choice) => matches(chosenWords, choice))

  const value = chosen.map((choice) => choice.id).join(',')
  useEffect(() => {
    // Not by React: the warning about unsaved changes compares it with what the page came with.
    if (input.current) input.current.value = value
  }, [value])

  const add = (choices: Choice[]) => {
    const fresh = choices.filter((choice) => choice.grantable && !ids.has(choice.id))
    setChosen([...chosen, ...fresh].sort(byLabel))
    setSaid(
      `${fresh.length === 1 ? fresh[0]?.label : numberWords(fresh.length)} added, ${numberWords(chosen.length + fresh.length)} chosen`,
    )
  }
  const remove = (choices: Choice[]) => {
    const gone = choices.filter((choice) => choice.grantable)
    const left = chosen.filter((choice) => !gone.some((other) => other.id === choice.id))
    setChosen(left)
    offers.putBack(gone)
    setSaid(`${gone.length === 1 ? gone[0]?.label : numberWords(gone.length)} removed, ${numberWords(left.length)} chosen`)
  }
  const plural = legend.toLowerCase()
  return (
    <>
      <input type="text" hidden readOnly ref={input} name={name} defaultValue={picked.chosen.map((choice) => choice.id).join(',')} />
      <div className="picker-lists">
        <ChoiceList
          id={`${id}-available`}
          title={`Available ${plural}`}
          count={numberWords(Math.max(offers.count - (offers.words === '' ? chosen.length : 0), available.length))}
          words={offers.words}
          onWords={offers.find}
          find={`Find among ${plural}`}
          choices={available}
          act={(choice) => add([choice])}
          all={{ label: 'Choose all', run: async () => add(await offers.all()) }}
          busy={offers.busy}
        >
          {offers.failed && <p className="field-error">This list could not be read. Check your connection, or sign in again.</p>}
          {offers.hasMore && (
            <button type="button" className="button-link" onClick={offers.more}>
              Show more
            </button>
          )}
        </ChoiceList>
        <ChoiceList
          id={`${id}-chosen`}
          title={`Chosen ${plural}`}
          count={numberWords(chosen.length)}
          words={chosenWords}
          onWords={setChosenWords}
          find={`Find among chosen ${plural}`}
          choices={shownChosen}
          act={(choice) => remove([choice])}
          all={{ label: 'Remove all', run: async () => remove(shownChosen) }}
        />
      </div>
      <p className="visually-hidden" role="status">
        {said}
      </p>
      <p className="secondary number">
        {numberWords(chosen.length)} of {numberWords(picked.total)} chosen
      </p>
    </>
  )
}
