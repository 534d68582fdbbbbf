'use client'
import type { ReactNode } from 'react'
import type { FormState } from '../../_request.ts'
import { ErrorSummary } from '../../_ui/error-summary.tsx'
import { errorText } from '../../_ui/messages.ts'
import { SubmitButton } from '../../_ui/submit-button.tsx'
import { useSubmitting } from '../../_ui/use-submitting.ts'

/** One button; it sends the link's token. */
export function UndoForm({ state, token, children }: { state: FormState; token: string; children: ReactNode }) {
  const { sending, onSubmit } = useSubmitting()
  const problems = Object.entries(state.errors).flatMap(([name, codes]) =>
    codes.map((code) => ({ text: errorText(name, code), fieldId: null })),
  )
  return (
    <>
      <ErrorSummary problems={problems} />
      {children}
      <form id="undo-deletion-form" method="post" action="/api/accounts/account-deletion/undo/" className="form" onSubmit={onSubmit}>
        <input type="hidden" name="token" value={token} />
        <SubmitButton label="Restore my account" busyLabel="Restoring…" busy={sending} />
      </form>
    </>
  )
}
