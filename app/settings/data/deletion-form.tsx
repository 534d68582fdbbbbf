'use client'
import type { ReactNode } from 'react'
import { CONFIRMATION, deletionSchema } from '#lib/accounts/account-deletion/schema'
import type { FormState } from '../../_request.ts'
import { askServer } from '../../_ui/ask-server.ts'
import { ErrorSummary, Field } from '../../_ui/field.tsx'
import { NativeForm } from '../../_ui/native-form.tsx'
import { CurrentPasswordField } from '../../_ui/password-field.tsx'
import { schemaResolver } from '../../_ui/resolvers.ts'
import { useNativeForm } from '../../_ui/use-native-form.ts'

const IDS = { password: 'current-password', confirmation: 'confirmation' }
const resolver = schemaResolver(deletionSchema)

interface Props {
  state: FormState
  /** Whose account it is. */
  email: string
  /** What deleting does, and for how long it can be undone. */
  consequence: string
  /** Content between the error summary and the form. */
  children: ReactNode
}

/** Deletes the account after the password and a typed confirmation. */
export function DeletionForm({ state, email, consequence, children }: Props) {
  const form = useNativeForm({ ids: IDS, errors: state.errors, resolver, ask: askServer })
  return (
    <>
      <ErrorSummary {...form.summary} />
      {children}
      <section className="panel panel-danger stack" aria-labelledby="deletion-title">
        <h2 id="deletion-title">Delete your account</h2>
        <p>{consequence}</p>
        <NativeForm
          form={form}
          id="deletion-form"
          action="/api/accounts/me/?_method=DELETE"
          submit={['Delete my account', 'Deleting…']}
          look="button button-danger"
        >
          <CurrentPasswordField {...form.field('password')} email={email} />
          <Field
            {...form.field('confirmation')}
            label={`Type ${CONFIRMATION} to confirm`}
            type="text"
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            dir="ltr"
            required
            defaultValue={state.values.confirmation}
          />
        </NativeForm>
      </section>
    </>
  )
}
