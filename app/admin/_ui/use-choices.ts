'use client'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Choice } from '#lib/admin/choices/choices'
import type { PickerOptions } from '#lib/admin/choices/picker-options'

/** How long a pause in typing before the server is asked, in milliseconds. */
const PAUSE = 200
/** As many as the server gives at once. */
const LARGEST_PAGE = 1000

interface Page {
  count: number
  next: string | null
  results: Choice[]
}

async function ask(source: string, words: string, page: number, size: number, signal: AbortSignal): Promise<Page> {
  const query = new URLSearchParams({ search: words, page: String(page), page_size: String(size) })
  const response = await fetch(`${source}?${query}`, { headers: { accept: 'application/json' }, signal })
  if (!response.ok) throw new Error(String(response.status))
  return response.json() as Promise<Page>
}

/**
 * What there is to choose, as the server finds it; it begins with what the page came with.
 * @param search what the page came with was found by
 * @param entered what is in the search field by now
 */
export function useChoices(source: string, picked: PickerOptions, search: string, entered: string) {
  const initial = { count: picked.total, choices: [...picked.offered], page: 0, hasMore: picked.more > 0 }
  const [state, setState] = useState(initial)
  const [words, setWords] = useState(entered)
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState(false)
  const asked = useRef<AbortController | null>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)

  useEffect(
    () => () => {
      clearTimeout(timer.current)
      asked.current?.abort()
    },
    [],
  )

  const load = useCallback(
    async (wanted: string, page: number, before: Choice[]) => {
      asked.current?.abort()
      const mine = new AbortController()
      asked.current = mine
      setBusy(true)
      try {
        const { count, next, results } = await ask(source, wanted, page, 100, mine.signal)
        const known = new Set(before.map(({ id }) => id))
        const choices = [...before, ...results.filter(({ id }) => !known.has(id))]
        setState({ count, choices, page, hasMore: next !== null })
        setFailed(false)
      } catch {
        if (!mine.signal.aborted) setFailed(true)
      }
      if (asked.current === mine) setBusy(false)
    },
    [source],
  )

  useEffect(() => {
    if (entered !== search) void load(entered, 1, [])
  }, [entered, search, load])

  return {
    ...state,
    words,
    busy,
    failed,
    find(wanted: string) {
      setWords(wanted)
      clearTimeout(timer.current)
      timer.current = setTimeout(() => void load(wanted, 1, []), PAUSE)
    },
    more: () => void load(words, state.page + 1, state.choices),
    /** What is not chosen any more is there again. */
    putBack(choices: Choice[]) {
      setState((present) => {
        const fresh = choices.filter(({ id }) => !present.choices.some((other) => other.id === id))
        return fresh.length === 0 ? present : { ...present, choices: [...fresh, ...present.choices] }
      })
    },
    /** Everything that the words find. */
    async all(): Promise<Choice[]> {
      const found: Choice[] = []
      setBusy(true)
      try {
        for (let page = 1, next: string | null = ''; next !== null; page += 1) {
          const answer: Page = await ask(source, words, page, LARGEST_PAGE, new AbortController().signal)
          found.push(...answer.results)
          next = answer.next
        }
      } catch {
        setFailed(true)
      }
      setBusy(false)
      return found
    },
  }
}
