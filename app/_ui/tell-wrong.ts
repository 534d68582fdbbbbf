import type { FieldErrors } from '#lib/errors'

interface Refusal {
  /** The form's fields, in its order. */
  names: string[]
  /** What the form itself found wrong. */
  found: FieldErrors
  /** What the server finds wrong. */
  ask: () => Promise<FieldErrors>
  /** Whether a field still holds what the server was asked about. */
  isSame: (name: string) => boolean
  /** @param wrong all that is wrong @param changed the fields of which that is news @param isMore whether something was shown before */
  show: (wrong: FieldErrors, changed: string[], isMore: boolean) => void
}

/** Shows at once what the browser found wrong, and adds the server's errors when they arrive, so that a form never seems to do nothing. */
export async function tellWrong({ names, found, ask, isSame, show }: Refusal): Promise<void> {
  show(
    found,
    names.filter((name) => found[name]),
    false,
  )
  const more = await ask()
  const isNews = (name: string) => (more[name] ?? []).some((code) => !found[name]?.includes(code))
  const changed = names.filter((name) => isNews(name) && isSame(name))
  if (changed.length === 0) return
  const codesOf = (name: string) => [...new Set([...(found[name] ?? []), ...(changed.includes(name) ? (more[name] ?? []) : [])])]
  const wrong = names.map((name): [string, string[]] => [name, codesOf(name)]).filter(([, codes]) => codes.length > 0)
  show(Object.fromEntries(wrong), changed, true)
}
