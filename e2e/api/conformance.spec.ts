/** The original's recorded conversations: a client written for it must not notice the difference. */
import { send } from '../../lib/http/testing/send.ts'
import { readRecordings, replay } from '../conformance.ts'
import { expect, test } from '../fixtures.ts'

for (const recorded of readRecordings('tutorial.json')) {
  test(`answers as the original: ${recorded.name}`, async ({ call }) => {
    for (const { request, expected, answered } of await replay(recorded, call)) {
      expect.soft(answered, request).toEqual(expected)
    }
  })
}

test('answers as the original with every other way to sign in switched on', async ({ serverWith }) => {
  test.setTimeout(240_000)
  const providers = { OIDC_PROVIDERS: 'google', OIDC_GOOGLE_CLIENT_ID: 'latchkey', OIDC_GOOGLE_CLIENT_SECRET: 'x'.repeat(32) }
  // Passkeys need an address with a name.
  const { url } = await serverWith({ APP_URL: 'http://localhost:3000', EMAIL_LOGIN: 'link', MFA_REQUIRED: 'staff', ...providers })
  for (const recorded of readRecordings('tutorial.json')) {
    for (const { request, expected, answered } of await replay(recorded, (path, options) => send(url, path, options))) {
      expect.soft(answered, `${recorded.name}: ${request}`).toEqual(expected)
    }
  }
})
