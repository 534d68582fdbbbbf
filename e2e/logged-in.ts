/** Accounts made in a server's database by the project's own functions, without the time of a sign-up or a sign-in. */

import { enqueueVerificationEmail } from '../lib/accounts/email-verification/verification-link.ts'
import { recordEvent } from '../lib/audit/audit.ts'
import { completeSignUp } from '../lib/authentication/complete-login.ts'
import { type Database, openDatabase } from '../lib/db/client.ts'
import { type Account, newPerson, PASSWORD, PASSWORD_HASH, type Person } from '../lib/http/testing/accounts.ts'
import { parseSetCookie, type SetCookie } from '../lib/http/testing/cookies.ts'
import type { TestServer } from '../lib/http/testing/test-server.ts'
import { makePassword } from '../lib/passwords/hash.ts'
import { readSettings, settings } from '../lib/settings.ts'
import { databaseTarget } from '../lib/settings-values.ts'
import { createUser } from '../lib/users/create-user.ts'
import { deviceCookie, sessionCookie } from '../lib/web/cookies.ts'

/** What an account may do, and who its owner is. */
export interface AccountOptions {
  person?: Partial<Person>
  staff?: boolean
  superuser?: boolean
  /** Code names of permissions, like `view_user`. The account is staff then. */
  permissions?: string[]
  /** Whether the email that asks for a verification is sent, as after a sign-up. */
  verificationEmail?: boolean
}

/** Makes accounts on servers that share a SECRET_KEY. */
export class AccountMaker {
  readonly #databases = new Map<string, Database>()

  /** An account with a session of an API client. */
  async withTokens(server: TestServer, options: AccountOptions = {}): Promise<Account> {
    const { person, id, tokens } = await this.#create(server, options, 'api', '')
    if (!tokens) throw new Error('a login without tokens')
    return { ...person, id, ...tokens }
  }

  /** An account with a browser's session. @returns the cookies that its sign-up would have set, too */
  async withCookies(
    server: TestServer,
    options: AccountOptions,
    userAgent: string,
  ): Promise<Person & { id: number; cookies: SetCookie[] }> {
    const { person, id, cookie } = await this.#create(server, options, 'browser', userAgent)
    if (!cookie) throw new Error('a login without a cookie')
    const cookies = [sessionCookie(cookie.token, null, new Date()), deviceCookie(cookie.device)].map(parseSetCookie)
    return { ...person, id, cookies }
  }

  async close(): Promise<void> {
    for (const database of this.#databases.values()) await database.$disconnect()
  }

  async #create(server: TestServer, { person: given, ...options }: AccountOptions, client: 'browser' | 'api', userAgent: string) {
    applySettingsOf(server)
    const person = newPerson(given)
    const { name, email, phone, password } = person
    const passwordHash = password === PASSWORD ? PASSWORD_HASH : await makePassword(password)
    const { superuser = false, permissions = [] } = options
    const isStaff = superuser || options.staff === true || permissions.length > 0
    const source = { now: new Date(), requestId: 'test', clientIp: '127.0.0.1', userAgent }
    const created = await this.#database(server).$transaction(async (tx) => {
      const account = { name, email, phone, username: email, passwordHash, isStaff, isSuperuser: superuser }
      const user = await createUser(tx, account, source.now)
      const login = await completeSignUp(tx, user, { ...source, client, browserPrincipal: null, cookies: null })
      if (login.status !== 'complete') throw new Error('a login that is pending')
      if (options.verificationEmail) await enqueueVerificationEmail(tx, user, source.now)
      await recordEvent(tx, 'signed_up', { actorId: user.id, subjectId: user.id, detail: { method: 'password' } }, source)
      return { id: user.id, ...login }
    })
    for (const codename of permissions) {
      await server.sql(
        'INSERT INTO accounts_user_user_permissions (user_id, permission_id) SELECT ?, id FROM auth_permission WHERE codename = ?',
        [created.id, codename],
      )
    }
    return { person, ...created }
  }

  #database({ databaseUrl }: TestServer): Database {
    const open = this.#databases.get(databaseUrl) ?? openDatabase(databaseTarget(databaseUrl))
    this.#databases.set(databaseUrl, open)
    return open
  }
}

/** Makes this process's functions work with a server's settings; a busy machine is no database that is away. */
function applySettingsOf(server: TestServer): void {
  const env = { ...server.env, DATABASE_TIMEOUT: '20s' }
  const before = process.env
  process.env = env as unknown as typeof process.env
  try {
    Object.assign(settings(), readSettings(env, true).settings)
  } finally {
    process.env = before
  }
}
