'use client'
import type { ReactNode } from 'react'
import { CONFIRMATION, deletionSchema } from '#lib/accounts/account-deletion/schema'
import { withoutField } from '#lib/fields/text'
import type { FormState } from '../../_request.ts'
import { askServer } from '../../_ui/ask-server.ts'
import { ErrorSummary, Field } from '../../_ui/field.tsx'
import { NativeForm } from '../../_ui/native-form.tsx'
import { CurrentPasswordField } from '../../_ui/password-field.tsx'
import { schemaResolver } from '../../_ui/resolvers.ts'
import { useNativeForm } from '../../_ui/use-native-form.ts'

const IDS = { password: 'current-password', confirmation: 'confirmation' }
const resolver = schemaResolver(deletionSchema)
const resolverWithoutPassword = schemaResolver(withoutField(deletionSchema, 'password'))

interface Props {
  state: FormState
  /** Whose account it is. */
  email: string
  /** Whether the account has a password. */
  asksPassword: boolean
  /** What deleting does, and for how long it can be undone. */
  consequence: string
  /** Content between the error summary and the form. */
  children: ReactNode
}

/** Deletes the account after the password, where it has one, and a typed confirmation. */
export function DeletionForm({ state, email, asksPassword, consequence, children }: Props) {
  const form = useNativeForm({
    ids: IDS,
    errors: state.errors,
    resolver: asksPassword ? resolver : resolverWithoutPassword,
    ask: askServer,
  })
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
          {asksPassword && <CurrentPasswordField {...form.field('password')} email={email} />}
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
