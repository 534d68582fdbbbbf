'use client'
import type { ReactNode } from 'react'
import { codeSchema } from '#lib/accounts/second-factor/schema'
import type { FormState } from '../_request.ts'
import { AuthenticatorCodeField } from './code-field.tsx'
import { ErrorSummary } from './field.tsx'
import { NativeForm } from './native-form.tsx'
import { schemaResolver } from './resolvers.ts'
import { useNativeForm } from './use-native-form.ts'

const IDS = { code: 'code' }
const resolver = schemaResolver(codeSchema)

interface Props {
  state: FormState
  /** The endpoint that takes the first code. */
  action: string
  enrolment: { secret: string; uri: string }
  qrCode: ReactNode
  /** Where it leads, where it finishes a login; undefined in the settings. */
  atLogin?: { next: string | null }
}

/** Shows what an authenticator app is set up with, and asks for its first code. */
export function AddAppForm({ state, action, enrolment: { secret, uri }, qrCode, atLogin }: Props) {
  const form = useNativeForm({ ids: IDS, errors: state.errors, resolver })
  return (
    <>
      <ErrorSummary {...form.summary} />
      <h1>Add an authenticator app</h1>
      <p className="lead">Scan this with your authenticator app, then enter the code that it shows.</p>
      {qrCode}
      <section className="stack-tight" aria-labelledby="by-hand-title">
        <h2 id="by-hand-title">Can’t scan it?</h2>
        <p>
          On this device, <a href={uri}>open your authenticator app</a>. Or type this key into it:
        </p>
        <p className="secret" dir="ltr">
          {secret.match(/.{1,4}/g)?.join(' ')}
        </p>
      </section>
      <NativeForm form={form} id="code-form" action={action} submit={['Add the app', 'Checking…']} ofAccount={atLogin === undefined}>
        {atLogin && atLogin.next !== null && <input type="hidden" name="next" value={atLogin.next} />}
        <AuthenticatorCodeField {...form.field('code')} />
      </NativeForm>
    </>
  )
}
