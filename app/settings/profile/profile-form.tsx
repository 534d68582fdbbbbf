'use client'
import type { ReactNode } from 'react'
import { profileFormSchema } from '#lib/accounts/profile/schema'
import type { FormState } from '../../_request.ts'
import { askServer } from '../../_ui/ask-server.ts'
import { ErrorSummary, Field } from '../../_ui/field.tsx'
import { useUnsavedWarning } from '../../_ui/form-hooks.ts'
import { NativeForm } from '../../_ui/native-form.tsx'
import { NameField, PhoneField } from '../../_ui/profile-fields.tsx'
import { schemaResolver } from '../../_ui/resolvers.ts'
import { useNativeForm } from '../../_ui/use-native-form.ts'

const IDS = { name: 'name', phone: 'phone', first_name: 'first-name', last_name: 'last-name' }
const IDS_WITH_USERNAME = { ...IDS, username: 'username' }
const resolver = schemaResolver(profileFormSchema(false))
const resolverWithUsername = schemaResolver(profileFormSchema(true))

interface Props {
  /** The values to begin with, and what is wrong with them. */
  state: FormState
  phoneHint: string
  usernameEditable: boolean
  /** What cannot be changed here. */
  children: ReactNode
}

/** The form of a user's name, phone number and user name. */
export function ProfileForm({ state, phoneHint, usernameEditable, children }: Props) {
  const form = useNativeForm({
    ids: usernameEditable ? IDS_WITH_USERNAME : IDS,
    errors: state.errors,
    resolver: usernameEditable ? resolverWithUsername : resolver,
    ask: askServer,
  })
  useUnsavedWarning(form.formProps.ref, Object.keys(state.errors).length > 0)
  return (
    <>
      <ErrorSummary {...form.summary} />
      <h1>Profile</h1>
      <NativeForm form={form} id="profile-form" action="/api/accounts/me/?_method=PATCH" submit={['Save changes', 'Saving…']}>
        <NameField {...form.field('name')} defaultValue={state.values.name} />
        <PhoneField {...form.field('phone')} hint={phoneHint} defaultValue={state.values.phone} />
        <Field
          {...form.field('first_name')}
          label="First name (optional)"
          hint="Only administrators see first and last name. Everywhere else your full name is used."
          type="text"
          autoComplete="given-name"
          spellCheck={false}
          dir="auto"
          defaultValue={state.values.first_name}
        />
        <Field
          {...form.field('last_name')}
          label="Last name (optional)"
          type="text"
          autoComplete="family-name"
          spellCheck={false}
          dir="auto"
          defaultValue={state.values.last_name}
        />
        {usernameEditable && (
          <Field
            {...form.field('username')}
            label="Username"
            hint="Letters, numbers and @ . + - _"
            type="text"
            autoComplete="nickname"
            autoCapitalize="none"
            spellCheck={false}
            dir="ltr"
            required
            defaultValue={state.values.username}
          />
        )}
        {children}
      </NativeForm>
    </>
  )
}
