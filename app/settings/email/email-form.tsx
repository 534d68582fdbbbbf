'use client'
import { requestChangeSchema } from '#lib/accounts/email-change/schema'
import { withoutField } from '#lib/fields/text'
import type { FormState } from '../../_request.ts'
import { askServer } from '../../_ui/ask-server.ts'
import { EmailField, useEmailSuggestion } from '../../_ui/email-field.tsx'
import { ErrorSummary } from '../../_ui/field.tsx'
import { NativeForm } from '../../_ui/native-form.tsx'
import { CurrentPasswordField } from '../../_ui/password-field.tsx'
import { schemaResolver } from '../../_ui/resolvers.ts'
import { useNativeForm } from '../../_ui/use-native-form.ts'

const IDS = { email: 'new-email', password: 'current-password' }
const resolver = schemaResolver(requestChangeSchema)
const resolverWithoutPassword = schemaResolver(withoutField(requestChangeSchema, 'password'))

interface Props {
  state: FormState
  current: string
  /** Whether the account has a password. */
  asksPassword: boolean
}

/** The form that requests an email change. */
export function EmailForm({ state, current, asksPassword }: Props) {
  const { onLeave, below } = useEmailSuggestion()
  const form = useNativeForm({
    ids: IDS,
    errors: state.errors,
    resolver: asksPassword ? resolver : resolverWithoutPassword,
    onLeave,
    ask: askServer,
  })
  return (
    <>
      <ErrorSummary {...form.summary} />
      <h1>Change your email address</h1>
      <p className="lead">
        Your current address is <span dir="ltr">{current}</span>. It won’t change until you confirm the new one.
      </p>
      <NativeForm form={form} id="email-form" action="/api/accounts/email/change/" submit={['Send link', 'Sending…']}>
        <EmailField
          {...form.field('email')}
          label="New email address"
          autoComplete="email"
          defaultValue={state.values.email}
          below={below(form.fill)}
        />
        {/* Without the present address a password manager takes the new one for the account's name. */}
        {asksPassword && <CurrentPasswordField {...form.field('password')} email={current} hint="We ask so nobody else can change it." />}
      </NativeForm>
    </>
  )
}
