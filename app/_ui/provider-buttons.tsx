import { readyProviders } from '#lib/authentication/identity-provider'
import { PostButton } from './post-button.tsx'

interface Props {
  /** Where they lead, if the address named a safe place. */
  next: string | null
  /** What is done there. */
  action: 'start' | 'confirm'
  /** Those to choose from. */
  providers?: readonly { id: string; name: string }[]
}

/** Ways to continue with another service; nothing where there are none. */
export function ProviderButtons({ next, action, providers = readyProviders() }: Props) {
  if (providers.length === 0) return null
  return (
    <section className="stack" aria-label="Other ways to continue">
      <hr />
      {providers.map(({ id, name }) => (
        <PostButton key={id} action={`/api/accounts/login/oidc/${id}/${action}/`} fields={next === null ? {} : { next }}>
          Continue with {name}
        </PostButton>
      ))}
    </section>
  )
}
