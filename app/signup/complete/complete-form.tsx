'use client'
import { useMemo } from 'react'
import { completeFormSchema } from '#lib/accounts/external-accounts/schema'
import type { FormState } from '../../_request.ts'
import { askServer } from '../../_ui/ask-server.ts'
import { EmailField, useEmailSuggestion } from '../../_ui/email-field.tsx'
import { ErrorSummary } from '../../_ui/field.tsx'
import { NativeForm } from '../../_ui/native-form.tsx'
import { NameField, PhoneField } from '../../_ui/profile-fields.tsx'
import { schemaResolver } from '../../_ui/resolvers.ts'
import { useNativeForm } from '../../_ui/use-native-form.ts'

interface Props {
  state: FormState
  /** Who signed in, as the provider says. */
  pending: { provider: string; name: string | null; email: string | null }
  /** How to enter a phone number. */
  phoneHint: string
}

/** The form that completes a sign-up with an identity provider. */
export function CompleteForm({ state, pending, phoneHint }: Props) {
  const asksEmail = pending.email === null
  const ids = useMemo(() => ({ name: 'name', ...(asksEmail && { email: 'email' }), phone: 'phone' }), [asksEmail])
  const resolver = useMemo(() => schemaResolver(completeFormSchema(asksEmail)), [asksEmail])
  const { onLeave, below } = useEmailSuggestion()
  const form = useNativeForm({ ids, errors: state.errors, resolver, onLeave, ask: askServer })
  return (
    <>
      <ErrorSummary {...form.summary} />
      <h1>Complete your profile</h1>
      <p className="lead">
        {pending.email === null
          ? `You’re signing up with ${pending.provider}.`
          : `You’re signing up with ${pending.provider} as ${pending.email}.`}
      </p>
      <NativeForm form={form} id="complete-form" action="/api/accounts/signup/complete/" submit={['Create account', 'Creating account…']}>
        <NameField {...form.field('name')} defaultValue={state.values.name ?? pending.name ?? undefined} />
        {asksEmail && (
          <EmailField
            {...form.field('email')}
            label="Email address"
            autoComplete="email"
            defaultValue={state.values.email}
            below={below(form.fill)}
          />
        )}
        <PhoneField {...form.field('phone')} hint={`We use it to identify your account. ${phoneHint}`} defaultValue={state.values.phone} />
      </NativeForm>
    </>
  )
}
