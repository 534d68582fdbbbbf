'use client'
import { useState } from 'react'
import { savedSchema } from '#lib/accounts/second-factor/schema'
import type { FormState } from '../../../_request.ts'
import { Checkbox, ErrorSummary } from '../../../_ui/field.tsx'
import { useHydrated } from '../../../_ui/form-hooks.ts'
import { NativeForm } from '../../../_ui/native-form.tsx'
import { schemaResolver } from '../../../_ui/resolvers.ts'
import { useNativeForm } from '../../../_ui/use-native-form.ts'

const IDS = { saved: 'saved' }
const resolver = schemaResolver(savedSchema)

interface Props {
  state: FormState
  codes: string[]
  appName: string
  email: string
}

/** New recovery codes, to be kept outside of this site before they are hidden. */
export function SaveCodes({ state, codes, appName, email }: Props) {
  const form = useNativeForm({ ids: IDS, errors: state.errors, resolver })
  const hydrated = useHydrated()
  const [copied, setCopied] = useState('')
  const text = `${appName}: recovery codes of ${email}\nEach code works once.\n\n${codes.join('\n')}\n`
  const copy = () =>
    navigator.clipboard.writeText(codes.join('\n')).then(
      () => setCopied('Copied'),
      () => setCopied('Your browser doesn’t allow copying. Select the codes instead'),
    )
  return (
    <>
      <ErrorSummary {...form.summary} />
      <h1>Save your recovery codes</h1>
      <p className="lead">
        If you lose your phone, these codes let you in. Keep them somewhere safe, such as a password manager or a printed page. They won’t
        be shown again.
      </p>
      <ul className="recovery-codes" dir="ltr" aria-label="Recovery codes">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="row">
        <a
          className="button button-secondary"
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`}
          download="recovery-codes.txt"
        >
          Download
        </a>
        <button type="button" className="button button-secondary" hidden={!hydrated} onClick={() => void copy()}>
          Copy
        </button>
        <button type="button" className="button button-secondary" hidden={!hydrated} onClick={() => window.print()}>
          Print
        </button>
        <span role="status">{copied}</span>
      </div>
      <NativeForm form={form} id="saved-form" action="/api/accounts/second-factor/recovery-codes/saved/" submit={['Done', 'Saving…']}>
        <Checkbox {...form.field('saved')} label="I have saved these codes" value="on" />
      </NativeForm>
    </>
  )
}
