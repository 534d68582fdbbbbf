/** Signing in with a certified OpenID provider, from the button to the session. */
import { afterAll } from 'vitest'
import { startRealProvider } from '../../authentication/testing/real-provider.ts'
import { unique, uniquePhone } from '../../http/testing/accounts.ts'
import { cookieOf } from '../../http/testing/cookies.ts'
import { expect, test } from '../../http/testing/fixtures.ts'
import { newVisitor, pathOf, providerEnv } from './testing/visitor.ts'

const real = await startRealProvider('https://other.example/callback')
afterAll(() => real.stop())

test('OI-2: people sign up, sign in again and confirm who they are', async ({ serverWith }) => {
  const app = await serverWith({ OIDC_PROVIDERS: 'real', ...providerEnv('real', real) })
  real.register(`${app.url}/api/accounts/login/oidc/real/callback/`)
  const subject = unique()
  const email = `${subject}@example.com`
  real.people.set(subject, { email, email_verified: true, name: 'Ada Lovelace' })
  const visitor = newVisitor(app)
  const signIn = async (action: 'start' | 'confirm' = 'start') =>
    visitor.open(pathOf(await real.signIn(await visitor.begin('real', {}, action), subject)))

  expect((await signIn()).headers.location).toBe('/signup/complete')
  const completed = await visitor.post('/api/accounts/signup/complete/', { name: 'Ada', phone: uniquePhone() })
  const own = async (cookie: string) => (await app.call('/api/accounts/me/', { headers: { cookie } })).body as { id: number; email: string }
  const account = await own(cookieOf(completed))
  expect(account.email).toBe(email)

  const again = await signIn()
  expect([again.headers.location, (await own(cookieOf(again))).id]).toEqual(['/dashboard', account.id])
  // A provider says when its user signed in, where that is asked for (max_age).
  expect((await signIn('confirm')).headers.location).toBe('/dashboard')
  const stranger = unique()
  real.people.set(stranger, {})
  const foreign = await visitor.open(pathOf(await real.signIn(await visitor.begin('real', {}, 'confirm'), stranger)))
  expect(foreign.headers.location).toBe('/reauthenticate')
})
