/** Passkeys in a browser: created, used to sign in and to confirm who one is, renamed and removed (FACTOR-4 to FACTOR-9). */
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from '@playwright/test'
import { Secret, TOTP } from 'otpauth'
import { storedDate } from '../../lib/db/testing/databases.ts'
import { ageSessions } from '../../lib/http/testing/aging.ts'
import { expect, type LogInPage } from '../fixtures'
import { test } from '../named-server'
import type { TestServer } from '../server'
import { type Authenticator, addAuthenticator } from './authenticator'
import { violationsOf } from './axe'
import { complaints } from './complaints'
import { formReady, logIn, type Person, signOut, summaryOf } from './people'

const PASSKEYS = '/settings/security/passkeys'

const STEP = 30_000
const codeOf = (secret: string, step: number) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + step * STEP })

const statusOf = (page: Page, text: string) => page.getByRole('status').filter({ hasText: text })
const rows = (page: Page) => page.getByRole('main').getByRole('listitem').filter({ hasText: 'Last used' })
const signInButton = (page: Page) => page.getByRole('button', { name: 'Sign in with a passkey' })

/** Makes an account whose address is verified, and signs it in. */
async function owner(page: Page, server: TestServer, loggedIn: LogInPage, person: Partial<Person> = {}) {
  const account = await loggedIn(page, { person })
  await server.sql('UPDATE accounts_user SET email_verified_at = date_joined WHERE id = ?', [account.id])
  return account
}

/** Presses the button of the sign-in page. Until then the authenticator has left alone what the email field offers. */
async function signInByButton(page: Page, authenticator: Authenticator): Promise<void> {
  await page.waitForLoadState('networkidle')
  // It answers what it is asked from now on, and not what waits already.
  await authenticator.answers(true)
  await signInButton(page).click()
}

async function createPasskey(page: Page): Promise<void> {
  await page.goto(PASSKEYS)
  await page.getByRole('button', { name: 'Create a passkey' }).click()
  await expect(statusOf(page, 'Your passkey has been created.')).toBeVisible()
}

test('LI-2: a passkey is created in the security settings, and the sign-in form offers it by itself', async ({
  page,
  server,
  loggedIn,
}) => {
  const found = await complaints(page)
  const authenticator = await addAuthenticator(page)
  const account = await owner(page, server, loggedIn)
  await page.goto('/settings/security')
  await expect(page.getByText('Signing in takes your password alone')).toBeVisible()
  await page.getByRole('link', { name: 'Create passkeys' }).click()
  await expect(page.getByText('You don’t have a passkey yet.')).toBeVisible()
  await page.getByRole('button', { name: 'Create a passkey' }).click()
  await expect(statusOf(page, 'Your passkey has been created.')).toBeVisible()
  await expect(rows(page)).toHaveCount(1)
  await expect(rows(page)).toContainText('This device only')
  await expect(rows(page)).toContainText('Last used never')
  expect(await authenticator.passkeys()).toMatchObject([{ userName: account.email, userDisplayName: account.name }])
  await page.goto('/settings/security')
  await expect(page.getByText('You can sign in with a passkey')).toBeVisible()
  await expect(page.getByText('You have 1 passkey')).toBeVisible()

  // The authenticator answers at once, as a person who chooses the passkey that the email field offers: the page may be gone before
  // its address is looked at.
  const opened = page.waitForURL(/\/login$/, { waitUntil: 'commit' })
  await page.getByRole('button', { name: 'Sign out' }).click()
  await opened
  await expect(page).toHaveURL(/\/dashboard$/)
  await page.goto(PASSKEYS)
  await expect(rows(page)).not.toContainText('never')
  expect(found).toEqual([])
})

test('LI-2: a passkey cannot be created before the page’s scripts run', async ({ page, server, loggedIn }) => {
  await addAuthenticator(page)
  await owner(page, server, loggedIn)
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  await page.route('**/_next/static/**/*.js', async (route) => {
    await released
    await route.continue()
  })
  await page.goto(PASSKEYS, { waitUntil: 'commit' })
  const button = page.getByRole('button', { name: 'Create a passkey' })
  await expect(button).toBeDisabled()
  release()
  await button.click()
  await expect(statusOf(page, 'Your passkey has been created.')).toBeVisible()
})

test('LI-3: the button of the sign-in page signs in, leads on, and keeps the browser signed in', async ({ page, server, loggedIn }) => {
  const authenticator = await addAuthenticator(page)
  await owner(page, server, loggedIn)
  await createPasskey(page)
  await authenticator.answers(false)
  await signOut(page)
  await page.goto('/login?next=/settings/profile')
  await formReady(page)
  await page.getByLabel('Keep me signed in').check()
  await signInByButton(page, authenticator)
  await expect(page).toHaveURL(`${server.url}/settings/profile`)
  const session = (await page.context().cookies(server.url)).find(({ name }) => name === 'latchkey')
  expect(session?.expires).toBeGreaterThan(Date.now() / 1000 + 86_400)
})

test('LI-3: a passkey that is not chosen changes nothing and is no error; the password still signs in', async ({ page, newAccount }) => {
  const account = await newAccount()
  const found = await complaints(page)
  await addAuthenticator(page)
  await page.goto('/login')
  await formReady(page)
  for (let press = 0; press < 2; press++) {
    await signInButton(page).click()
    await expect(signInButton(page)).toBeVisible()
  }
  await expect(page.getByRole('main').getByRole('alert').filter({ hasText: /./ })).toHaveCount(0)
  await expect(page).toHaveTitle(/^Sign in/)
  await logIn(page, account)
  await expect(page).toHaveURL(/\/dashboard$/)
  expect(found).toEqual([])
})

test('LI-2: passkeys are offered again before their challenge is too old, and only while the page is seen', async ({ page }) => {
  await addAuthenticator(page)
  await page.clock.install()
  let asked = 0
  await page.route('**/login/passkey/options/', (route) => {
    asked++
    return route.continue()
  })
  // Without a passkey this authenticator would refuse at once; a person who is asked has not answered yet.
  await page.addInitScript(() => {
    navigator.credentials.get = (options) =>
      new Promise((_, reject) => options?.signal?.addEventListener('abort', () => reject(options.signal?.reason)))
  })
  await page.goto('/login')
  await expect.poll(() => asked).toBe(1)
  await page.clock.runFor(4 * 60_000)
  await expect.poll(() => asked).toBe(2)
  await page.evaluate(() => Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true }))
  await page.clock.runFor(20 * 60_000)
  expect(asked).toBe(2)
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'visible', configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  })
  await expect.poll(() => asked).toBe(3)
})

test('“Sign in” on the home page offers a passkey at once, and leads to the form where there is none', async ({
  page,
  server,
  loggedIn,
}) => {
  const found = await complaints(page)
  await page.goto('/')
  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click()
  await expect(page).toHaveURL(/\/login$/)
  await addAuthenticator(page)
  await owner(page, server, loggedIn)
  await createPasskey(page)
  await page.context().clearCookies()
  await page.goto('/')
  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click()
  await expect(page).toHaveURL(/\/dashboard$/)
  expect(found).toEqual([])
})

test('FACTOR-4: where a second factor is asked for, the passkey comes first, and the other ways are listed', async ({
  page,
  server,
  loggedIn,
}) => {
  const authenticator = await addAuthenticator(page)
  const account = await owner(page, server, loggedIn)
  await createPasskey(page)
  await page.goto('/settings/security/authenticator')
  await page.getByRole('button', { name: 'Continue' }).click()
  const secret = ((await page.locator('.secret').textContent()) ?? '').replaceAll(' ', '')
  await page.getByLabel('Code', { exact: true }).fill(codeOf(secret, 0))
  await page.getByRole('button', { name: 'Add the app' }).click()
  await page.getByLabel('I have saved these codes').check()
  await page.getByRole('button', { name: 'Done' }).click()
  await expect(statusOf(page, 'Your recovery codes are saved.')).toBeVisible()
  await authenticator.answers(false)
  await signOut(page)
  await page.goto('/login?next=/settings/profile')
  await formReady(page)
  await logIn(page, account)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Use your passkey')
  await expect(page.getByText(account.email)).toBeVisible()
  expect(await violationsOf(page)).toEqual([])
  await page.getByRole('link', { name: 'Use a recovery code' }).click()
  await expect(page.getByLabel('Recovery code')).toBeFocused()
  await page.getByRole('link', { name: 'Use your authenticator app' }).click()
  await page.getByLabel('Code', { exact: true }).fill('000000')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(summaryOf(page)).toBeVisible()
  await page.getByRole('link', { name: 'Use your passkey' }).click()
  await authenticator.answers(true)
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await expect(page).toHaveURL(`${server.url}/settings/profile`)
})

test('FACTOR-9: a session that is too old is confirmed with a passkey, and goes on with what it was about', async ({
  page,
  server,
  loggedIn,
}) => {
  await addAuthenticator(page)
  const account = await owner(page, server, loggedIn)
  await createPasskey(page)
  await ageSessions(server, account.id, { authenticated_at: 3600 })
  await page.getByRole('button', { name: 'Create a passkey' }).click()
  await expect(page).toHaveURL(/\/reauthenticate\?next=%2Fsettings%2Fsecurity%2Fpasskeys$/)
  expect(await violationsOf(page)).toEqual([])
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await expect(page).toHaveURL(new RegExp(`${PASSKEYS}$`))
  await expect(statusOf(page, 'You can continue now.')).toBeVisible()
  await ageSessions(server, account.id, { authenticated_at: 3600 })
  await page.getByRole('button', { name: 'Remove Passkey' }).click()
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await expect(rows(page)).toHaveCount(1)
  await page.getByRole('button', { name: 'Remove Passkey' }).click()
  await expect(statusOf(page, 'Your passkey has been removed.')).toBeVisible()
})

test('LI-10: a passkey that the site no longer has is explained, and the password manager told to forget it', async ({
  page,
  server,
  loggedIn,
}) => {
  const authenticator = await addAuthenticator(page)
  const account = await owner(page, server, loggedIn)
  await createPasskey(page)
  await server.sql('DELETE FROM accounts_passkey WHERE user_id = ?', [account.id])
  await authenticator.answers(false)
  await signOut(page)
  await page.goto('/login?next=/settings/profile')
  await formReady(page)
  await signInByButton(page, authenticator)
  await expect(summaryOf(page)).toContainText('This passkey doesn’t open an account here any more')
  await expect(page).toHaveURL(/\/login\?next=%2Fsettings%2Fprofile$/)
  await expect.poll(authenticator.passkeys).toEqual([])
})

test('a passkey that its owner has deleted at the password manager stays in the list, where it can be removed', async ({
  page,
  server,
  loggedIn,
}) => {
  const authenticator = await addAuthenticator(page)
  await owner(page, server, loggedIn)
  await createPasskey(page)
  await authenticator.clear()
  await page.goto(PASSKEYS)
  await page.getByRole('button', { name: 'Remove Passkey' }).click()
  await expect(page.getByText('You don’t have a passkey yet.')).toBeVisible()
})

test('FACTOR-7: password managers learn of a removed passkey, of a new name, and of a new email address', async ({
  page,
  server,
  loggedIn,
}) => {
  const authenticator = await addAuthenticator(page)
  const account = await owner(page, server, loggedIn)
  await createPasskey(page)
  await page.goto('/settings/profile')
  await page.getByLabel('Full name').fill('Ada King')
  await page.getByRole('button', { name: 'Save changes' }).click()
  await expect(statusOf(page, 'Your changes have been saved.')).toBeVisible()
  await expect.poll(authenticator.passkeys).toMatchObject([{ userName: account.email, userDisplayName: 'Ada King' }])
  await server.sql('UPDATE accounts_user SET email = ? WHERE id = ?', [`new-${account.email}`, account.id])
  await page.goto(PASSKEYS)
  await expect.poll(authenticator.passkeys).toMatchObject([{ userName: `new-${account.email}`, userDisplayName: 'Ada King' }])
  await page.getByRole('button', { name: 'Remove Passkey' }).click()
  await expect(statusOf(page, 'Your passkey has been removed.')).toBeVisible()
  await expect.poll(authenticator.passkeys).toEqual([])
})

test('FACTOR-8: a device has one passkey for an account', async ({ page, server, loggedIn }) => {
  await addAuthenticator(page)
  await owner(page, server, loggedIn)
  await createPasskey(page)
  await page.getByRole('button', { name: 'Create a passkey' }).click()
  await expect(page.getByText('This device already has a passkey for your account')).toBeVisible()
  expect(await violationsOf(page)).toEqual([])
})

test('FACTOR-8: the last way in cannot be removed, and the page says why', async ({ page, server, loggedIn }) => {
  const authenticator = await addAuthenticator(page)
  const account = await owner(page, server, loggedIn)
  await createPasskey(page)
  await expect(page.getByRole('button', { name: 'Remove Passkey' })).toBeVisible()
  // A new password hash ends the sessions that the former began; the passkey signs in again.
  await server.sql("UPDATE accounts_user SET password = '!none' WHERE id = ?", [account.id])
  await page.goto(PASSKEYS)
  await expect(page).toHaveURL(new RegExp(`${PASSKEYS}$`))
  await expect(page.getByText('This is your only way to sign in')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Remove Passkey' })).toHaveCount(0)
  await page.goto('/settings/security')
  await expect(page.getByText('Not set. You sign in another way')).toBeVisible()
  await ageSessions(server, account.id, { authenticated_at: 3600 })
  await page.goto('/reauthenticate?next=/settings/security')
  await expect(page.getByLabel('Password', { exact: true })).toHaveCount(0)
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await expect(page).toHaveURL(/\/settings\/security$/)
  await authenticator.remove()
})

test('PK-2: a passkey that does not verify its user is no login by itself', async ({ page, server, loggedIn }) => {
  const authenticator = await addAuthenticator(page)
  await owner(page, server, loggedIn)
  await createPasskey(page)
  await authenticator.verifiesNoUser()
  await authenticator.answers(false)
  await signOut(page)
  await formReady(page)
  await signInByButton(page, authenticator)
  await expect(summaryOf(page)).toContainText('so it can’t sign you in on its own')
  await expect(page).toHaveURL(/\/login$/)
})

test('a passkey’s answer signs in once, and only from a page of this site', async ({ page, server, loggedIn }) => {
  await addAuthenticator(page)
  await owner(page, server, loggedIn)
  await createPasskey(page)
  const sent = page.waitForRequest((request) => request.url().endsWith('/api/accounts/login/passkey/'))
  await page.getByRole('button', { name: 'Sign out' }).click()
  const body = (await sent).postData() ?? ''
  expect(body).toContain('credential=')
  await expect(page).toHaveURL(/\/dashboard$/)
  const headers = { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded', origin: server.url }
  const replay = await page.request.post('/api/accounts/login/passkey/', { headers, data: body, maxRedirects: 0 })
  expect(replay.headers().location).toMatch(/^\/login$/)

  // Another site on this host may ask for the passkey, but its own origin is in what is signed.
  const other = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<p>elsewhere</p>')).listen(0)
  const { port } = other.address() as AddressInfo
  for (const [origin, leadsTo] of [
    [`http://localhost:${port}`, '/login'],
    [server.url, '/dashboard'],
  ] as const) {
    await page.context().clearCookies()
    const options = await page.request.post('/api/accounts/login/passkey/options/', { headers: { origin: server.url } })
    const { public_key } = await options.json()
    await page.goto(`${origin}/nowhere`)
    const credential = await page.evaluate(async (json) => {
      const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(json)
      return JSON.stringify(await navigator.credentials.get({ publicKey }))
    }, public_key)
    const answer = await page.request.post('/api/accounts/login/passkey/', { headers, form: { credential }, maxRedirects: 0 })
    expect(answer.headers().location, origin).toBe(leadsTo)
  }
  other.close()
})

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })

  test('passkeys are listed, renamed and removed, and creating one says what to do instead', async ({ page, server, loggedIn }) => {
    const account = await owner(page, server, loggedIn)
    await page.goto('/login')
    await expect(page).toHaveURL(/\/dashboard$/)
    await storePasskey(server, account.id, 'Old phone')
    await page.goto(PASSKEYS)
    await expect(page.getByRole('button', { name: 'Create a passkey' })).toBeHidden()
    await expect(page.getByText('Passkeys need JavaScript')).toBeVisible()
    await expect(page.getByRole('link', { name: 'authenticator app' })).toBeVisible()
    await page.getByRole('link', { name: 'Rename Old phone' }).click()
    await page.getByLabel('Name').fill('x'.repeat(65))
    await page.getByRole('button', { name: 'Save changes' }).click()
    await expect(summaryOf(page)).toContainText('Name must be 64 characters or fewer')
    await page.getByLabel('Name').fill('New phone')
    await page.getByRole('button', { name: 'Save changes' }).click()
    await expect(statusOf(page, 'Your passkey has been renamed.')).toBeVisible()
    await page.getByRole('button', { name: 'Remove New phone' }).click()
    await expect(statusOf(page, 'Your passkey has been removed.')).toBeVisible()
    await expect(page.getByText('You don’t have a passkey yet.')).toBeVisible()
  })

  test('the sign-in page offers no passkey', async ({ page }) => {
    await page.goto('/login')
    await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible()
    await expect(signInButton(page)).toBeHidden()
  })
})

test('a browser without WebAuthn is offered no passkey, and told why in the settings', async ({ page, server, loggedIn }) => {
  await page.addInitScript(() => Reflect.deleteProperty(globalThis, 'PublicKeyCredential'))
  await page.goto('/login')
  await formReady(page)
  await expect(signInButton(page)).toBeHidden()
  await owner(page, server, loggedIn)
  await page.goto(PASSKEYS)
  await expect(page.getByText('This browser can’t use passkeys.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Create a passkey' })).toBeHidden()
})

test('at an IP address no passkeys are offered', async ({ page, serverWith, loggedIn }) => {
  const server = await serverWith({})
  await page.goto(`${server.url}/login`)
  await expect(signInButton(page)).toHaveCount(0)
  const account = await loggedIn(page, { server })
  await server.sql('UPDATE accounts_user SET email_verified_at = date_joined WHERE id = ?', [account.id])
  await page.goto(`${server.url}/settings/security`)
  await expect(page.getByText('Passkeys')).toHaveCount(0)
  await page.goto(`${server.url}${PASSKEYS}`)
  await expect(page.getByRole('button', { name: 'Create a passkey' })).toHaveCount(0)
})

test('an account whose address is not confirmed is told to confirm it first', async ({ page, loggedIn }) => {
  await loggedIn(page)
  await page.goto(PASSKEYS)
  await expect(page.getByRole('link', { name: 'confirm your email address' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Create a passkey' })).toHaveCount(0)
})

test.describe('LI-11: after a sign-in with the password', () => {
  test('a browser that cannot make passkeys silently shows one card, which is gone for 30 days once it is declined', async ({
    page,
    server,
    newAccount,
  }) => {
    await page.addInitScript(() => {
      PublicKeyCredential.getClientCapabilities = async () => ({ conditionalCreate: false })
    })
    await addAuthenticator(page)
    const account = await newAccount()
    await server.sql('UPDATE accounts_user SET email_verified_at = date_joined WHERE id = ?', [account.id])
    await page.goto('/login')
    await formReady(page)
    await logIn(page, account)
    const card = page.getByRole('region', { name: 'Use a passkey next time' })
    await expect(card).toBeVisible()
    expect(await violationsOf(page)).toEqual([])
    await card.getByRole('button', { name: 'Not now' }).click()
    await expect(card).toBeHidden()
    const declined = (await page.context().cookies()).find(({ value }) => value === String(account.id))
    expect(Math.round(((declined?.expires ?? 0) - Date.now() / 1000) / 86_400)).toBe(30)
    await page.reload()
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expect(card).toBeHidden()
    await page.context().clearCookies({ name: declined?.name ?? '' })
    await page.reload()
    await card.getByRole('button', { name: 'Create a passkey' }).click()
    await expect(statusOf(page, 'Your passkey has been created.')).toBeVisible()
    await page.goto('/dashboard')
    await expect(page.getByText('You can sign in with a passkey')).toBeVisible()
    await expect(card).toBeHidden()
  })

  test('where the browser may make one silently, the page is undisturbed while it waits', async ({ page, server, newAccount }) => {
    const found = await complaints(page)
    const account = await newAccount()
    await server.sql('UPDATE accounts_user SET email_verified_at = date_joined WHERE id = ?', [account.id])
    await page.goto('/login')
    await formReady(page)
    await logIn(page, account)
    await expect(page).toHaveURL(/\/dashboard$/)
    await page.getByRole('link', { name: 'All your sessions' }).click()
    await expect(page).toHaveURL(/\/settings\/sessions$/)
    expect(found).toEqual([])
  })

  test('a passkey that was made silently is stored, and shown at once', async ({ page, server, newAccount }) => {
    // The test's browser has no password manager, so the page is given one that does what it may: no user was present.
    await addAuthenticator(page)
    await page.addInitScript(() => {
      const create = navigator.credentials.create.bind(navigator.credentials)
      navigator.credentials.create = (options) => create({ publicKey: options?.publicKey as PublicKeyCredentialCreationOptions })
    })
    const account = await newAccount()
    await server.sql('UPDATE accounts_user SET email_verified_at = date_joined WHERE id = ?', [account.id])
    await page.goto('/login')
    await formReady(page)
    await logIn(page, account)
    await expect(page.getByText('You can sign in with a passkey')).toBeVisible()
  })
})

test('everything is done with the keyboard alone', async ({ page, server, loggedIn }) => {
  await addAuthenticator(page)
  await owner(page, server, loggedIn)
  const press = async (name: string, role: 'button' | 'link') => {
    const target = page.getByRole(role, { name }).first()
    await expect(target).toBeVisible()
    for (let step = 0; step < 40; step++) {
      await page.keyboard.press('Tab')
      if (await target.evaluate((element) => element === document.activeElement)) return page.keyboard.press('Enter')
    }
    throw new Error(`Tab does not reach ${name}`)
  }
  await page.goto(PASSKEYS)
  await press('Create a passkey', 'button')
  await expect(statusOf(page, 'Your passkey has been created.')).toBeVisible()
  await press('Rename Passkey', 'link')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Rename your passkey')
  await page.getByLabel('Name').focus()
  await page.keyboard.press('Control+A')
  await page.keyboard.type('Phone')
  await page.keyboard.press('Enter')
  await expect(statusOf(page, 'Your passkey has been renamed.')).toBeVisible()
  await press('Remove Phone', 'button')
  await expect(statusOf(page, 'Your passkey has been removed.')).toBeVisible()
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`its pages have no violations of axe, and fit a phone: ${colorScheme}`, async ({ page, server, loggedIn }) => {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width: 320, height: 720 })
    const authenticator = await addAuthenticator(page)
    const account = await owner(page, server, loggedIn, { name: 'عبد الرحمن بن محمد الطويل الاسم' })
    const check = async (name: string) => {
      expect(await violationsOf(page), name).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth), name).toBeLessThanOrEqual(320)
    }
    await page.goto(PASSKEYS)
    await check('no passkeys')
    await createPasskey(page)
    await storePasskey(server, account.id, 'هاتف عبد الرحمن الجديد')
    await storePasskey(server, account.id, 'Wolfeschlegelsteinhausenbergerdorff'.repeat(2).slice(0, 64))
    await page.goto(PASSKEYS)
    await check('passkeys')
    await page.getByRole('link', { name: 'Rename هاتف' }).click()
    await check('rename')
    await page.goto('/settings/security')
    await check('security')
    await ageSessions(server, account.id, { authenticated_at: 3600 })
    await page.goto(`/reauthenticate?next=${PASSKEYS}`)
    await check('reauthenticate')
    await authenticator.answers(false)
    await page.context().clearCookies()
    await page.goto('/login')
    await check('login')
  })
}

/** A passkey of a device that is not at hand. */
async function storePasskey(server: TestServer, userId: number, name: string): Promise<void> {
  const credentialId = randomBytes(16).toString('base64url')
  const values = { user_id: userId, credential_id: credentialId, public_key: 'AA', user_handle: 'AA', rp_id: 'localhost', name }
  const more = { aaguid: '', transports: '', sign_count: 0, uv_initialized: true, backup_eligible: true, backed_up: true }
  const row = { ...values, ...more, created_at: storedDate(server.database.kind, new Date()) }
  const columns = Object.keys(row)
  await server.sql(`INSERT INTO accounts_passkey (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`, Object.values(row))
}
