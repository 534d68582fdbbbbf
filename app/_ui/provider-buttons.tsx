import { readyProviders } from '#lib/authentication/identity-provider'
import { FormAccount } from './form-account.tsx'
import { RememberChoice } from './remember-choice.tsx'

interface Props {
  /** Where they lead, if the address named a safe place. */
  next: string | null
  /** What is done there. */
  action: 'start' | 'confirm'
  /** The label of the choice to stay signed in, which is the checkbox `remember` of the page; without one it is not offered. */
  rememberLabel?: string
  /** Those to choose from. */
  providers?: readonly { id: string; name: string }[]
}

/**
 * Ways to continue with another service; nothing where there are none. They are one form, apart from that of the password: what is
 * typed there, or filled in by the browser, is not sent along.
 */
export function ProviderButtons({ next, action, rememberLabel, providers = readyProviders() }: Props) {
  if (providers.length === 0) return null
  return (
    <section className="stack" aria-label="Other ways to continue">
      <hr />
      <form method="post" className="form">
        <FormAccount />
        {next !== null && <input type="hidden" name="next" value={next} />}
        {rememberLabel !== undefined && <RememberChoice label={rememberLabel} tickedIn="remember" />}
        <div className="stack">
          {providers.map(({ id, name }) => (
            <button key={id} type="submit" formAction={`/api/accounts/login/oidc/${id}/${action}/`} className="button button-secondary">
              Continue with {name}
            </button>
          ))}
        </div>
      </form>
    </section>
  )
}
