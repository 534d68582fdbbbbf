import type { FieldErrors } from '#lib/errors'
import { CHECK_FIELD } from '#lib/fields/text'
import { mismatchAtConfirmation } from './messages.ts'

/** How long a person is to wait for the server's opinion, in milliseconds. */
const PATIENCE = 3000

/** What the server finds wrong with a form that is not sent yet, by error codes; nothing where it cannot be asked. */
export async function askServer(form: HTMLFormElement): Promise<FieldErrors> {
  const body = new URLSearchParams([...new FormData(form)].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])))
  body.set(CHECK_FIELD, '1')
  try {
    const answer = await fetch(form.action, {
      method: 'POST',
      body,
      headers: { Accept: 'text/html' },
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE),
    })
    return answer.ok ? mismatchAtConfirmation((await answer.json()) as FieldErrors) : {}
  } catch {
    return {}
  }
}
