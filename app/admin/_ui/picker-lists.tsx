'use client'
import { useEffect, useRef, useState } from 'react'
import type { Choice, PickerOptions } from '#lib/admin/choices/choices'
import { formatNumber } from '../../_ui/format-text.ts'
import { ChoiceList } from './choice-list.tsx'
import type { Entered, PickerProps } from './picker.tsx'

/** As many as the server gives at once. */
const LARGEST_PAGE = 1000

const byLabel = (one: Choice, other: Choice) => one.label.localeCompare(other.label)

/** Whether every word is in a choice's label or code name, as on the server (lib/admin/choices). */
const matches = (words: string, { label, codename = '' }: Choice & { codename?: string }) =>
  words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => `${label} ${codename}`.toLowerCase().includes(word))

async function fetchChoices(source: string): Promise<Choice[]> {
  const all: Choice[] = []
  for (let page = 1, hasMore = true; hasMore; page += 1) {
    const query = new URLSearchParams({ page: String(page), page_size: String(LARGEST_PAGE) })
    const response = await fetch(`${source}?${query}`, { headers: { accept: 'application/json' } })
    if (!response.ok) throw new Error(String(response.status))
    const { results, next } = (await response.json()) as { results: Choice[]; next: string | null }
    all.push(...results)
    hasMore = next !== null
  }
  return all
}

function initialChoices({ chosen, offered }: PickerOptions): Choice[] {
  const ids = new Set(chosen.map(({ id }) => id))
  return [...chosen, ...offered.filter(({ id }) => !ids.has(id))]
}

/** All there is to choose, asked of the server when a user turns to the picker; until then what the page came with. */
function useChoices(source: string, initial: () => Choice[]) {
  const [choices, setChoices] = useState(initial)
  const [state, setState] = useState<'initial' | 'loading' | 'complete' | 'failed'>('initial')
  const loading = useRef<Promise<Choice[]> | null>(null)
  const read = async () => {
    setState('loading')
    try {
      const all = await fetchChoices(source)
      setChoices(all)
      setState('complete')
      return all
    } catch {
      loading.current = null
      setState('failed')
      return []
    }
  }
  const load = () => {
    loading.current ??= read()
    return loading.current
  }
  return { choices, state, load }
}

/** Django's two lists: what there is, and what is chosen. */
export function PickerLists({ id, name, legend, source, picked, entered }: PickerProps & { entered: Entered }) {
  const { choices, state, load } = useChoices(source, () => initialChoices(picked))
  const [chosen, setChosen] = useState(entered.chosen)
  const [words, setWords] = useState(entered.words)
  const [chosenWords, setChosenWords] = useState('')
  const [said, setSaid] = useState('')
  const input = useRef<HTMLInputElement>(null)

  const ids = new Set(chosen.map((choice) => choice.id))
  const value = [...ids].join(',')
  useEffect(() => {
    // Not by React: the warning about unsaved changes compares it with what the page came with.
    if (input.current) input.current.value = value
  }, [value])
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, for what was typed before JavaScript took over
  useEffect(() => {
    if (entered.words !== '') void load()
  }, [])

  const availableIn = (all: Choice[]) => all.filter((choice) => !ids.has(choice.id) && matches(words, choice))
  const available = availableIn(choices)
  const shownChosen = chosen.filter((choice) => matches(chosenWords, choice))
  const count = state === 'complete' || words !== '' ? available.length : picked.total - chosen.length

  const say = (moved: Choice[], verb: string, left: number) =>
    setSaid(`${moved.length === 1 ? moved[0]?.label : formatNumber(moved.length)} ${verb}, ${formatNumber(left)} chosen`)
  const add = (added: Choice[]) => {
    const fresh = added.filter(({ grantable }) => grantable)
    setChosen([...chosen, ...fresh].sort(byLabel))
    say(fresh, 'added', chosen.length + fresh.length)
  }
  const remove = (removed: Choice[]) => {
    const gone = removed.filter(({ grantable }) => grantable)
    const left = chosen.filter((choice) => !gone.includes(choice))
    setChosen(left)
    say(gone, 'removed', left.length)
  }
  const plural = legend.toLowerCase()
  return (
    <>
      <input type="text" hidden readOnly ref={input} name={name} defaultValue={picked.chosen.map((choice) => choice.id).join(',')} />
      <div className="picker-lists">
        <ChoiceList
          id={`${id}-available`}
          title={`Available ${plural}`}
          count={count}
          words={words}
          onWords={setWords}
          find={`Find among ${plural}`}
          choices={available}
          act={(choice) => add([choice])}
          all={{ label: 'Choose all', run: async () => add(availableIn(await load())) }}
          onFocus={() => void load()}
          busy={state === 'loading'}
        >
          {state === 'failed' && <p className="field-error">This list could not be read. Check your connection, or sign in again.</p>}
        </ChoiceList>
        <ChoiceList
          id={`${id}-chosen`}
          title={`Chosen ${plural}`}
          count={chosen.length}
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
        {formatNumber(chosen.length)} of {formatNumber(picked.total)} chosen
      </p>
    </>
  )
}
