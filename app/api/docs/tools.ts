/** What JavaScript adds to the API's reference: buttons that copy code, and a search of the navigation. Hidden without it. */

/** Makes them work. @returns how to end that */
export function addTools(root: HTMLElement): () => void {
  const listening = new AbortController()
  const { signal } = listening
  root.addEventListener('click', ({ target }) => void copyCode((target as Element).closest('figcaption button')), { signal })
  root.addEventListener('input', ({ target }) => findOperations(target as HTMLInputElement), { signal })
  // Over plain http nothing can be copied.
  const working = `.docs-nav .field${navigator.clipboard ? ', figcaption button' : ''}`
  for (const tool of root.querySelectorAll<HTMLElement>(working)) tool.hidden = false
  return () => listening.abort()
}

/** Copies the code that a button stands above, and says so. */
async function copyCode(button: Element | null): Promise<void> {
  const figure = button?.closest('figure')
  const status = figure?.querySelector('[role=status]')
  if (!figure || !status) return
  status.textContent = ''
  status.textContent = await navigator.clipboard.writeText(figure.querySelector('code')?.textContent ?? '').then(
    () => 'Copied',
    () => 'Your browser does not allow this. Select the code and copy it.',
  )
}

/** Leaves those operations in the navigation whose name, method or path has all the words. */
function findOperations({ value, parentElement }: HTMLInputElement): void {
  const words = value.toLowerCase().split(/\s+/).filter(Boolean)
  const items = [...(parentElement?.closest('nav')?.querySelectorAll<HTMLElement>('[data-words]') ?? [])]
  for (const item of items) item.hidden = !words.every((word) => item.dataset.words?.includes(word))
  const left = items.filter((item) => !item.hidden).length
  const status = parentElement?.querySelector('[role=status]')
  if (status) status.textContent = words.length === 0 ? '' : left === 1 ? '1 operation' : `${left} operations`
}
