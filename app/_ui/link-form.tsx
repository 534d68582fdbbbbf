'use client'
import type { FormState } from '../_request.ts'
import { ErrorSummary } from './field.tsx'
import { useSubmitting } from './form-hooks.ts'
import { errorText } from './messages.ts'
import { SubmitButton } from './submit-button.tsx'

interface Props {
  id: string
  action: string
  token: string
  label: string
  busyLabel: string
}

/** The one button of a link's page: only pressing it does what the link is for, since mail scanners open links, too. */
export function LinkForm({ id, action, token, label, busyLabel }: Props) {
  const { sending, onSubmit } = useSubmitting()
  return (
    <form id={id} method="post" action={action} className="form" onSubmit={onSubmit}>
      <input type="hidden" name="token" value={token} />
      <SubmitButton label={label} busyLabel={busyLabel} busy={sending} />
    </form>
  )
}

/** What the server said of a form without fields to point at, first on its page. */
export function FormErrors({ errors }: Pick<FormState, 'errors'>) {
  const problems = Object.entries(errors).flatMap(([field, codes]) =>
    codes.map((code) => ({ text: errorText(field, code), fieldId: null })),
  )
  return <ErrorSummary problems={problems} />
}
