/** For tests: an account's owner with passkeys, as an API client. */
import { type Account, bearer } from '../../../http/testing/accounts.ts'
import type { Call } from '../../../http/testing/send.ts'
import type { App } from '../../../http/testing/start-app.ts'
import { type Authenticator, type CreationOptions, newAuthenticator, type RequestOptions, type Said } from './authenticator.ts'

/** Pages of tests are at an IP address otherwise, where there are no passkeys. */
export const ORIGIN = 'http://localhost:4321'
export const ENV = { APP_URL: ORIGIN }

export const PASSKEYS = '/api/accounts/passkeys/'
export const LOGIN = '/api/accounts/login/passkey/'
export const FACTOR = '/api/accounts/login/second-factor/passkey/'
export const CONFIRM = '/api/accounts/reauthenticate/passkey/'

export const verify = ({ sql }: App, { id }: Pick<Account, 'id'>) =>
  sql('UPDATE accounts_user SET email_verified_at = date_joined WHERE id = ?', [id])

/** @returns what an endpoint's `options/` asks the browser for */
export async function optionsOf<Options = RequestOptions>(
  call: Call,
  path: string,
  { json = {}, headers = {} }: { json?: object; headers?: Record<string, string> } = {},
): Promise<Options> {
  const answer = await call(`${path}options/`, { json, headers })
  if (answer.status !== 200) throw new Error(`${path}options/ answered ${answer.status} ${answer.text}`)
  return (answer.body as { public_key: Options }).public_key
}

/** @param more of the input besides the credential */
export async function register(
  { call }: App,
  { access }: Pick<Account, 'access'>,
  authenticator: Authenticator,
  { said, ...more }: { said?: Said | undefined; conditional?: boolean } = {},
) {
  const headers = bearer(access)
  const options = await optionsOf<CreationOptions>(call, PASSKEYS, { headers })
  return call(PASSKEYS, { json: { credential: authenticator.create(options, said), ...more }, headers })
}

/** An account with a verified address and a passkey. */
export async function newOwner(app: App, { said, ...options }: Parameters<typeof newAuthenticator>[1] & { said?: Said } = {}) {
  const account = await app.newAccount()
  await verify(app, account)
  const authenticator = newAuthenticator(ORIGIN, options)
  const answer = await register(app, account, authenticator, { said })
  if (answer.status !== 201) throw new Error(`no passkey: ${answer.status} ${answer.text}`)
  return { account, authenticator, id: (answer.body as { id: number }).id }
}

export async function logIn({ call }: App, authenticator: Authenticator, said?: Said) {
  return call(LOGIN, { json: { credential: authenticator.get(await optionsOf(call, LOGIN), said) } })
}
