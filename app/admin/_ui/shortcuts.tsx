'use client'
import { useEffect, useRef } from 'react'

const KEYS: [keys: string, does: string, single: boolean][] = [
  ['?', 'Show or hide this help', true],
  ['/', 'Go to the search', true],
  ['j', 'Go to the next row', true],
  ['k', 'Go to the row before', true],
  ['x', 'Select the row, or not', true],
  ['a', 'Go to the actions', true],
  ['Ctrl S', 'Save the form', false],
]

const rows = () => [...document.querySelectorAll<HTMLTableRowElement>('table.objects tbody tr')]
const currentRow = () => rows().findIndex((row) => row.contains(document.activeElement))

function goToRow(index: number): void {
  const row = rows()[index]
  const place = row?.querySelector<HTMLElement>('th a') ?? row?.querySelector<HTMLElement>('a, input')
  place?.focus()
}

/** What each key does on a page that has what it is about; whether there was any. */
const DEEDS: Record<string, () => boolean> = {
  '/': () => focusOn('search'),
  a: () => focusOn('action'),
  j: () => move(1),
  k: () => move(-1),
  x: () => {
    const box = rows()[currentRow()]?.querySelector<HTMLInputElement>('input[name="ids"]')
    box?.click()
    return box != null
  },
}

function focusOn(id: string): boolean {
  const element = document.getElementById(id)
  element?.focus()
  return element !== null
}

function move(by: 1 | -1): boolean {
  const [current, last] = [currentRow(), rows().length - 1]
  if (last < 0) return false
  goToRow(current < 0 ? (by > 0 ? 0 : last) : Math.min(Math.max(current + by, 0), last))
  return true
}

const isTyping = ({ target }: KeyboardEvent) =>
  (target as Element | null)?.closest('input:not([type="checkbox"]), select, textarea, [contenteditable]') != null

interface Props {
  /** Whether single keys are shortcuts; whoever speaks to the computer wants none (WCAG 2.1.4). */
  on: boolean
  /** The page, to come back to. */
  page: string
}

/** The keys of the admin area, with a help that opens without JavaScript, too, and the switch that turns single keys off. */
export function Shortcuts({ on, page }: Props) {
  const help = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (!on) return
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return
      if (event.key === '?') help.current?.togglePopover()
      else if (help.current?.matches(':popover-open') || !Object.hasOwn(DEEDS, event.key) || !DEEDS[event.key]?.()) return
      event.preventDefault()
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [on])
  return (
    <>
      <button type="button" className="button button-quiet shortcuts-button" popoverTarget="shortcuts">
        Keyboard shortcuts
      </button>
      <dialog ref={help} id="shortcuts" className="shortcuts" popover="auto" aria-labelledby="shortcuts-title">
        <h2 id="shortcuts-title">Keyboard shortcuts</h2>
        {!on && <p>Single keys are switched off.</p>}
        <dl>
          {KEYS.filter(([, , single]) => on || !single).map(([keys, does]) => (
            <div key={keys}>
              <dt>
                {keys.split(' ').map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
        <form method="post" action="/api/accounts/shortcuts/" className="actions">
          <input type="hidden" name="page" value={page} />
          <button type="submit" name="shortcuts" value={on ? 'off' : 'on'} className="button button-quiet">
            {on ? 'Switch single keys off' : 'Switch single keys on'}
          </button>
          <button type="button" className="button button-quiet" popoverTarget="shortcuts" popoverTargetAction="hide">
            Close
          </button>
        </form>
      </dialog>
    </>
  )
}
