/** Against a certified OpenID provider, from its metadata to the verified identity. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { resetState } from '../testing/process-states.ts'
import { authorizationUrl, identityFromCode } from './identity-provider.ts'
import { type RealProvider, startRealProvider } from './testing/real-provider.ts'

const CALLBACK = 'https://accounts.example.com/api/accounts/login/oidc/real/callback/'
const SECRETS = { state: 'the-state-of-this-login', nonce: 'the-nonce-of-this-login', verifier: 'v'.repeat(43) }

let real: RealProvider
beforeAll(async () => {
  real = await startRealProvider(CALLBACK)
})
afterAll(() => real.stop())
beforeEach(resetState)

it('OI-2: a login gives issuer and subject, with the address and name of its userinfo', async () => {
  const now = new Date()
  real.people.set('ada', { email: 'Ada@example.com', email_verified: true, name: 'Ada Lovelace' })
  const callback = await real.signIn(await authorizationUrl(real.provider, SECRETS, CALLBACK, now), 'ada')
  expect(await identityFromCode(real.provider, { callback, ...SECRETS }, now)).toEqual({
    issuer: real.issuer,
    subject: 'ada',
    email: 'ada@example.com',
    emailVerified: true,
    name: 'Ada Lovelace',
  })
})

it('OI-1: a code is taken once, and only with its verifier', async () => {
  const now = new Date()
  real.people.set('ada', {})
  const callback = await real.signIn(await authorizationUrl(real.provider, SECRETS, CALLBACK, now), 'ada')
  await identityFromCode(real.provider, { callback, ...SECRETS }, now)
  await expect(identityFromCode(real.provider, { callback, ...SECRETS }, now)).rejects.toMatchObject({ reason: 'invalid' })
  const another = await real.signIn(await authorizationUrl(real.provider, SECRETS, CALLBACK, now), 'ada')
  const stolen = { callback: another, ...SECRETS, verifier: 'w'.repeat(43) }
  await expect(identityFromCode(real.provider, stolen, now)).rejects.toMatchObject({ reason: 'invalid' })
})

it('OI-2: a key that the provider changes is found', async () => {
  const now = new Date()
  real.people.set('ada', {})
  const logIn = async (at: Date) => {
    const callback = await real.signIn(await authorizationUrl(real.provider, SECRETS, CALLBACK, at), 'ada')
    return identityFromCode(real.provider, { callback, ...SECRETS }, at)
  }
  await logIn(now)
  real.rotate()
  expect((await logIn(new Date(now.getTime() + 10_000))).subject).toBe('ada')
})
