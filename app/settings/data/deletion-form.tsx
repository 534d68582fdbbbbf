'use client'
import type { ReactNode } from 'react'
import { CONFIRMATION, deletionSchema } from '#lib/accounts/account-deletion/schema'
import type { FormState } from '../../_request.ts'
import { askServer } from '../../_ui/ask-server.ts'
import { ErrorSummary } from '../../_ui/error-summary.tsx'
import { Field } from '../../_ui/field.tsx'
import { FormAccount } from '../../_ui/form-account.tsx'
import { FormTheme } from '../../_ui/form-theme.tsx'
import { PasswordField } from '../../_ui/password-field.tsx'
import { schemaResolver } from '../../_ui/schema-resolver.ts'
import { SubmitButton } from '../../_ui/submit-button.tsx'
import { useNativeForm } from '../../_ui/use-native-form.ts'

const IDS = { password: 'current-password', confirmation: 'confirmation' }
const resolver = schemaResolver(deletionSchema)

interface Props {
  state: FormState
  /** Whose account it is: so that password managers offer the right entry. */
  email: string
  /** What deleting does, and for how long it can be undone. */
  consequence: string
  /** Content between the error summary and the form. */
  children: ReactNode
}

/** Deletes the account after the password and a typed confirmation. */
export function DeletionForm({ state, email, consequence, children }: Props) {
  const { field, formProps, problems, summaryBox, sending } = useNativeForm({ ids: IDS, errors: state.errors, resolver, ask: askServer })
  return (
    <>
      <ErrorSummary problems={problems} ref={summaryBox} />
      {children}
      <section className="panel panel-danger stack" aria-labelledby="deletion-title">
        <h2 id="deletion-title">Delete your account</h2>
        <p>{consequence}</p>
        <form id="deletion-form" action="/api/accounts/me/?_method=DELETE" className="form" {...formProps}>
          <FormAccount />
          <input
            type="text"
            autoComplete="username"
            defaultValue={email}
            readOnly
            tabIndex={-1}
            aria-hidden="true"
            className="visually-hidden"
            id="username"
          />
          <PasswordField {...field('password')} label="Your password" shows="password" autoComplete="current-password" required />
          <Field
            {...field('confirmation')}
            label={`Type ${CONFIRMATION} to confirm`}
            type="text"
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            dir="ltr"
            required
            defaultValue={state.values.confirmation}
          />
          <SubmitButton label="Delete my account" busyLabel="Deleting…" busy={sending} look="button button-danger" />
          <FormTheme />
        </form>
      </section>
    </>
  )
}
