/** What the forms of mailed links have in common, asked of serve() itself, without a server. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { database, type User } from '../db/client.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { serve } from '../http/serve.ts'
import { type Browser, newBrowser } from '../http/testing/browser.ts'
import { makePassword } from '../passwords/hash.ts'
import { hashingPool } from '../passwords/pool.ts'
import { userOfUsedLink } from '../tokens/done-by-link.ts'
import { issueOneTimeToken, type Purpose, secretsForEmail } from '../tokens/one-time-token.ts'
import { newUser } from '../users/testing/new-user.ts'
import { keepLink, readLinkToken } from '../web/cookies.ts'
import { LINK_PAGES } from '../web/routes.ts'
import { undoDeletionEndpoint } from './account-deletion/endpoints.ts'
import { emailChangeConfirmEndpoint, emailChangeUndoEndpoint } from './email-change/endpoints.ts'
import { confirmEmailLoginEndpoint } from './email-login/endpoints.ts'
import { verifyEmailEndpoint } from './email-verification/endpoints.ts'
import { passwordResetConfirmEndpoint } from './password-reset/endpoints.ts'

// Before the settings are read.
vi.hoisted(() => {
  process.env.EMAIL_LOGIN = 'link'
})

let passwordHash = ''
beforeAll(async () => {
  passwordHash = await makePassword(PASSWORD)
})
afterAll(() => hashingPool().close())

const PASSWORD = 'Corr3ct-horse-battery'
const WEAK = { password: 'password123', confirm_password: 'password123' }
const inAnHour = () => new Date(Date.now() + 3_600_000)

interface Link {
  endpoint: Endpoint
  purpose: Purpose
  /** The account that such a link is for. */
  account: () => Promise<User>
  /** The address that the link proves, where it is not the account's own. */
  email?: (user: User) => string
  /** What the form holds besides the token. */
  fields?: Record<string, string>
}

const LINKS: Record<string, Link> = {
  '/verify-email': { endpoint: verifyEmailEndpoint, purpose: 'email_verification', account: () => newUser() },
  '/password-reset/confirm': {
    endpoint: passwordResetConfirmEndpoint,
    purpose: 'password_reset',
    account: () => newUser(),
    fields: { password: PASSWORD, confirm_password: PASSWORD },
  },
  '/login/email': { endpoint: confirmEmailLoginEndpoint, purpose: 'email_login', account: () => newUser() },
  '/email-change/confirm': {
    endpoint: emailChangeConfirmEndpoint,
    purpose: 'email_change',
    account: () => newUser({ password: passwordHash }),
    email: ({ email }) => `new.${email}`,
    fields: { password: PASSWORD },
  },
  '/email-change/undo': {
    endpoint: emailChangeUndoEndpoint,
    purpose: 'email_change_undo',
    account: () => newUser(),
    email: ({ email }) => `old.${email}`,
  },
  '/account-deletion/undo': {
    endpoint: undoDeletionEndpoint,
    purpose: 'account_deletion_undo',
    account: () => newUser({ isActive: false, deletionDueAt: inAnHour() }),
  },
}

const linkOf = (page: string) => LINKS[page] as Link

async function newLink(page: string): Promise<string> {
  const { purpose, account, email } = linkOf(page)
  const user = await account()
  const more = email ? { email: email(user) } : {}
  const id = await issueOneTimeToken(database(), user, purpose, 3600, new Date(), more)
  return (await secretsForEmail(id, new Date()))?.token ?? ''
}

/** Opens a link, as the middleware does. @returns the address of its tab */
function open(browser: Browser, page: string, token: string): string {
  const { path, cookie } = keepLink(browser.cookies(), page, token)
  browser.receive({ headers: new Headers([['Set-Cookie', cookie]]) })
  return path
}

/** The token that a tab's form would carry. */
function tokenAt(browser: Browser, path: string): string | null {
  const { pathname, searchParams } = new URL(path, 'http://base')
  return readLinkToken(browser.cookies(), pathname, searchParams.get('link') ?? undefined)
}

const send = (browser: Browser, page: string, token: string, fields = linkOf(page).fields ?? {}) => {
  const { endpoint } = linkOf(page)
  return browser.post(serve(endpoint), endpoint.contract.path, { token, ...fields })
}

it('every page of a mailed link is tried here', () => {
  expect(Object.keys(LINKS).sort()).toEqual([...LINK_PAGES].sort())
  for (const [page, { endpoint }] of Object.entries(LINKS)) expect(endpoint.form?.page).toBe(page)
})

describe('two links in two tabs', () => {
  const pairs = LINK_PAGES.flatMap((first) => LINK_PAGES.map((second) => [first, second] as const))

  it.each(pairs)('%s beside %s: an error comes back to the tab that was sent, with its own link', async (first, second) => {
    const browser = newBrowser()
    const [one, two] = [await newLink(first), await newLink(second)]
    const tabs = [open(browser, first, one), open(browser, second, two)]
    // Refused for its password, or because it was used elsewhere.
    const asksPassword = ['/password-reset/confirm', '/verify-email', '/email-change/confirm'].includes(first)
    if (!asksPassword) await send(newBrowser(), first, one)
    const answer = await send(browser, first, one, asksPassword ? WEAK : {})
    expect([answer.status, answer.headers.get('location')]).toEqual([303, tabs[0]])
    expect(browser.flash()).toMatchObject({ form: tabs[0], errors: expect.anything() })
    expect(tabs.map((tab) => tokenAt(browser, tab))).toEqual([one, two])
  })

  it.each(LINK_PAGES)('%s: an error comes back for the same link after the browser has forgotten it', async (page) => {
    const browser = newBrowser()
    open(browser, page, await newLink(page))
    const token = 'x'.repeat(43)
    const answer = await send(browser, page, token, { password: PASSWORD, confirm_password: PASSWORD })
    const back = answer.headers.get('location') ?? ''
    expect([answer.status, tokenAt(browser, back)]).toEqual([303, token])
    expect(back).not.toContain(token)
  })
})

describe('a form that is sent twice at once', () => {
  // What the one shows depends on the account, and a sign-in shows by itself.
  const pages = LINK_PAGES.filter((page) => !['/verify-email', '/login/email'].includes(page))

  it.each(pages)('%s: one does it, and the other is led to what the link has done', async (page) => {
    const token = await newLink(page)
    const browsers = [newBrowser(), newBrowser(), newBrowser()]
    for (const browser of browsers) open(browser, page, token)
    const answers = await Promise.all(browsers.map((browser) => send(browser, page, token)))
    const targets = answers.map(({ headers }) => headers.get('location'))
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303])
    expect(targets.filter((target) => target === page)).toHaveLength(2)
    const loser = browsers[targets.indexOf(page)] as Browser
    expect(await userOfUsedLink(linkOf(page).purpose, tokenAt(loser, page) ?? '')).not.toBeNull()
  })

  it('a reset link says that its password holds until there is another one', async () => {
    const page = '/password-reset/confirm'
    const token = await newLink(page)
    expect(await userOfUsedLink('password_reset', token), 'nothing is done yet').toBeNull()
    await send(newBrowser(), page, token)
    const user = await userOfUsedLink('password_reset', token)
    expect(user).not.toBeNull()
    await database().user.update({ where: { id: user?.id ?? 0 }, data: { password: '!' } })
    expect(await userOfUsedLink('password_reset', token)).toBeNull()
  })

  it('a restored account that is closed again is not called restored', async () => {
    const page = '/account-deletion/undo'
    const token = await newLink(page)
    await send(newBrowser(), page, token)
    const user = await userOfUsedLink('account_deletion_undo', token)
    await database().user.update({ where: { id: user?.id ?? 0 }, data: { isActive: false, deletionDueAt: inAnHour() } })
    expect(await userOfUsedLink('account_deletion_undo', token)).toBeNull()
  })
})
