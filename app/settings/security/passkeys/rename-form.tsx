'use client'
import { renamePasskeySchema } from '#lib/accounts/passkeys/schema'
import type { FormState } from '../../../_request.ts'
import { ErrorSummary, Field } from '../../../_ui/field.tsx'
import { NativeForm } from '../../../_ui/native-form.tsx'
import { schemaResolver } from '../../../_ui/resolvers.ts'
import { useNativeForm } from '../../../_ui/use-native-form.ts'

const IDS = { name: 'passkey-name' }
const resolver = schemaResolver(renamePasskeySchema)

/** Gives a passkey another name. */
export function RenameForm({ passkey, state }: { passkey: { id: number; name: string }; state: FormState }) {
  const form = useNativeForm({ ids: IDS, errors: state.errors, resolver })
  return (
    <>
      <ErrorSummary {...form.summary} />
      <h1>Rename your passkey</h1>
      <NativeForm
        form={form}
        id="rename-passkey-form"
        action={`/api/accounts/passkeys/${passkey.id}/?_method=PATCH`}
        submit={['Save changes', 'Saving…']}
      >
        <Field
          {...form.field('name')}
          label="Name"
          hint="Such as the device or the password manager that keeps it"
          type="text"
          autoComplete="off"
          spellCheck={false}
          dir="auto"
          required
          defaultValue={state.values.name ?? passkey.name}
        />
      </NativeForm>
    </>
  )
}
