'use client'
import { codeSchema } from '#lib/accounts/second-factor/schema'
import type { FormState } from '../../_request.ts'
import { ErrorSummary, Field } from '../../_ui/field.tsx'
import { NativeForm } from '../../_ui/native-form.tsx'
import { schemaResolver } from '../../_ui/resolvers.ts'
import { useNativeForm } from '../../_ui/use-native-form.ts'

const IDS = { code: 'code' }
const resolver = schemaResolver(codeSchema)

interface Props {
  state: FormState
  title: string
  lead: string
  action: string
  submit: readonly [label: string, busyLabel: string]
  look?: 'button' | 'button button-danger'
}

/** Asks for a code of the app, or a recovery code, before something is done with it. */
export function CodeForm({ state, title, lead, action, submit, look = 'button' }: Props) {
  const form = useNativeForm({ ids: IDS, errors: state.errors, resolver })
  return (
    <>
      <ErrorSummary {...form.summary} />
      <h1>{title}</h1>
      <p className="lead">{lead}</p>
      <NativeForm form={form} id="code-form" action={action} submit={submit} look={look}>
        <Field
          {...form.field('code')}
          label="Code"
          hint="From your authenticator app, or one of your recovery codes"
          type="text"
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
          enterKeyHint="go"
          dir="ltr"
          required
        />
      </NativeForm>
    </>
  )
}
