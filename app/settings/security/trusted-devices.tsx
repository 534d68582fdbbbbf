import { trustedDevicesOf } from '#lib/authentication/known-device'
import { formatCount } from '../../_ui/format-text.ts'
import { PostButton } from '../../_ui/post-button.tsx'
import { Timestamp } from '../../_ui/timestamp.tsx'

/** The browsers in which signing in takes no code; nothing where there are none. */
export async function TrustedDevices({ user }: { user: Parameters<typeof trustedDevicesOf>[0] }) {
  const { count, until } = await trustedDevicesOf(user, new Date())
  if (until === null) return null
  return (
    <section className="stack" aria-labelledby="trusted-title">
      <h2 id="trusted-title">Trusted devices</h2>
      <p>
        Signing in takes no code on {formatCount(count, 'device', 'devices')}, until <Timestamp date={until} dayOnly /> at the latest.
      </p>
      <PostButton action="/api/accounts/second-factor/trusted-devices/?_method=DELETE">Forget trusted devices</PostButton>
    </section>
  )
}
