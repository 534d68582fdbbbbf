'use client'

import { type ChangeEvent, useState } from 'react'
import { useHydrated } from '../../_ui/use-hydrated.ts'

/** Leaves those operations in the navigation whose name, method or path has the words; there is none without JavaScript. */
export function NavFilter() {
  const hydrated = useHydrated()
  const [found, setFound] = useState('')
  if (!hydrated) return null
  const filter = ({ target }: ChangeEvent<HTMLInputElement>) => {
    const words = target.value.toLowerCase().split(/\s+/).filter(Boolean)
    const items = [...(target.closest('nav')?.querySelectorAll<HTMLElement>('[data-words]') ?? [])]
    for (const item of items) item.hidden = !words.every((word) => item.dataset.words?.includes(word))
    const left = items.filter((item) => !item.hidden).length
    setFound(words.length === 0 ? '' : left === 1 ? '1 operation' : `${left} operations`)
  }
  return (
    <div className="docs-filter">
      <label htmlFor="docs-filter">Find an operation</label>
      <input id="docs-filter" type="search" autoComplete="off" spellCheck={false} onChange={filter} />
      <p role="status">{found}</p>
    </div>
  )
}
