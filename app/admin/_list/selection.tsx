'use client'
import { useEffect, useRef, useState } from 'react'
import { useHydrated } from '../../_ui/form-hooks.ts'

/** The rows' boxes of the form that an element stands in. */
const boxesOf = (element: HTMLElement | null) => [
  ...(element?.closest('form')?.querySelectorAll<HTMLInputElement>('input[name="ids"]') ?? []),
]

/** Tells whenever boxes of the form are ticked, however that came about. */
function useSelection<Element extends HTMLElement>() {
  const ref = useRef<Element>(null)
  const [selected, setSelected] = useState(0)
  useEffect(() => {
    const form = ref.current?.closest('form')
    const count = () => setSelected(boxesOf(ref.current).filter(({ checked }) => checked).length)
    count()
    form?.addEventListener('change', count)
    // Browsers tick the boxes again on Back.
    window.addEventListener('pageshow', count)
    return () => {
      form?.removeEventListener('change', count)
      window.removeEventListener('pageshow', count)
    }
  }, [])
  return { ref, selected }
}

/** Ticks all rows of the page, and with shift those between two clicks. */
export function SelectAll() {
  const { ref, selected } = useSelection<HTMLInputElement>()
  const hydrated = useHydrated()
  const total = useRef(0)

  useEffect(() => {
    const input = ref.current
    const form = input?.closest('form')
    const boxes = boxesOf(input)
    total.current = boxes.length
    let last: HTMLInputElement | null = null
    const range = (event: MouseEvent) => {
      const box = (event.target as HTMLElement).closest<HTMLInputElement>('input[name="ids"]')
      if (!box) return
      if (event.shiftKey && last) {
        const [from = 0, to = 0] = [boxes.indexOf(last), boxes.indexOf(box)].sort((one, other) => one - other)
        for (const between of boxes.slice(from, to + 1)) between.checked = box.checked
        form?.dispatchEvent(new Event('change'))
      }
      last = box
    }
    form?.addEventListener('click', range)
    return () => form?.removeEventListener('click', range)
  }, [ref])

  useEffect(() => {
    if (!ref.current) return
    ref.current.checked = selected > 0 && selected === total.current
    ref.current.indeterminate = selected > 0 && selected < total.current
  }, [ref, selected])

  return (
    <label hidden={!hydrated}>
      <input
        ref={ref}
        type="checkbox"
        onChange={({ currentTarget }) => {
          for (const box of boxesOf(currentTarget)) box.checked = currentTarget.checked
        }}
      />
      <span className="visually-hidden">Select all on this page</span>
    </label>
  )
}

function clear(element: HTMLElement): void {
  const form = element.closest('form')
  for (const box of form?.querySelectorAll<HTMLInputElement>('input[name="ids"], input[name="all"]') ?? []) box.checked = false
  form?.dispatchEvent(new Event('change'))
}

/** "2 of 100 selected". @param total rows of the page */
export function SelectionCount({ total }: { total: number }) {
  const { ref, selected } = useSelection<HTMLDivElement>()
  const hydrated = useHydrated()
  return (
    <div ref={ref} className="row secondary number" hidden={!hydrated}>
      <p role="status">
        {selected} of {total} selected
      </p>
      {selected > 0 && (
        <button type="button" className="button-link" onClick={({ currentTarget }) => clear(currentTarget)}>
          Clear selection
        </button>
      )}
    </div>
  )
}
