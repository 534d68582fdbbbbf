'use client'
import type { ReactNode } from 'react'
import type { FormState } from '../_request.ts'
import { ErrorSummary, type FieldProps } from './field.tsx'
import { NativeForm } from './native-form.tsx'
import { schemaResolver } from './resolvers.ts'
import { useNativeForm } from './use-native-form.ts'

interface Props {
  id: string
  action: string
  state: FormState
  /** The emailed link's. */
  token: string
  title: string
  /** What is confirmed, in a sentence. */
  lead: ReactNode
  label: string
  schema: Parameters<typeof schemaResolver>[0]
  /** The password field, where this browser does not show by itself whose account it is. */
  password: ((field: Pick<FieldProps, 'id' | 'name' | 'errors'>) => ReactNode) | null
}

/** The button that an emailed link leads to: only pressing it confirms, because mail scanners open links, too. */
export function ConfirmByLink({ id, action, state, token, title, lead, label, schema, password }: Props) {
  const form = useNativeForm({
    ids: password === null ? ({} as Record<string, string>) : { password: 'current-password' },
    errors: state.errors,
    resolver: schemaResolver(schema),
  })
  return (
    <>
      <ErrorSummary {...form.summary} />
      <h1>{title}</h1>
      {lead}
      <NativeForm form={form} id={id} action={action} submit={[label, 'Confirming…']}>
        <input type="hidden" name="token" value={token} />
        {password?.(form.field('password'))}
      </NativeForm>
    </>
  )
}
