/** An authenticator app in a browser, with and without JavaScript: added, asked for, replaced by a recovery code, removed (FACTOR-1 to FACTOR-5). */
import type { Page } from '@playwright/test'
import { Secret, TOTP } from 'otpauth'
import { forgetProof, removePassword } from '../../lib/http/testing/staff.ts'
import { expect, test } from '../fixtures'
import { violationsOf } from './axe'
import { formReady, logIn, signOut, summaryOf } from './people'

const STEP = 30_000

/** What the app shows now, or so many steps later, which counts after a code of this step was used. */
const codeOf = (secret: string, step = 0) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + step * STEP })

const statusOf = (page: Page, text: string) => page.getByRole('status').filter({ hasText: text })

/** Adds an app from the security page. @returns its secret, and the recovery codes that the page shows */
async function addApp(page: Page): Promise<{ secret: string; codes: string[] }> {
  await page.goto('/settings/security')
  await page.getByRole('link', { name: 'Add authenticator app', exact: true }).click()
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByRole('img', { name: 'QR code with the key of your account' })).toBeVisible()
  const secret = ((await page.locator('.secret').textContent()) ?? '').replaceAll(' ', '')
  await page.getByLabel('Code', { exact: true }).fill(codeOf(secret))
  await page.getByRole('button', { name: 'Add the app' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Save your recovery codes')
  return { secret, codes: await page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem').allInnerTexts() }
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(`a second factor ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, () => {
    test.use({ javaScriptEnabled })

    test('is added, asked for at the next sign-in, and removed', async ({ page, server, loggedIn }) => {
      const account = await loggedIn(page)
      await server.sql('UPDATE accounts_user SET email_verified_at = date_joined WHERE id = ?', [account.id])
      const { secret, codes } = await addApp(page)
      expect(codes).toHaveLength(10)
      await page.getByRole('button', { name: 'Done' }).click()
      await expect(summaryOf(page)).toContainText('Save the codes, then tick the box')
      await page.getByLabel('I have saved these codes').check()
      await page.getByRole('button', { name: 'Done' }).click()
      await expect(statusOf(page, 'Your recovery codes are saved.')).toBeVisible()
      await expect(page.getByText('10 codes are left')).toBeVisible()

      await signOut(page)
      await logIn(page, account)
      await expect(page).toHaveURL(/\/login\/second-factor$/)
      await expect(page.getByText(account.email)).toBeVisible()
      await page.getByLabel('Code', { exact: true }).pressSequentially('00000')
      await page.getByRole('button', { name: 'Sign in' }).click()
      await expect(summaryOf(page)).toContainText('The code is incorrect or has expired. Enter the current code')
      if (javaScriptEnabled) await formReady(page)
      const code = codeOf(secret, 1)
      await page.getByLabel('Code', { exact: true }).pressSequentially(`${code.slice(0, 3)} ${code.slice(3)}`)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await expect(page).toHaveURL(/\/dashboard$/)

      await page.goto('/settings/security')
      await page.getByRole('link', { name: 'Remove authenticator app' }).click()
      await page.getByLabel('Code', { exact: true }).fill(codes[0] ?? '')
      await page.getByRole('button', { name: 'Remove the app' }).click()
      await expect(statusOf(page, 'Your authenticator app has been removed.')).toBeVisible()
      await signOut(page)
      await logIn(page, account)
      await expect(page).toHaveURL(/\/dashboard$/)
    })

    test('is replaced by a recovery code, once, where the app is not at hand', async ({ page, server, loggedIn }) => {
      const account = await loggedIn(page)
      await server.sql('UPDATE accounts_user SET email_verified_at = date_joined WHERE id = ?', [account.id])
      const { codes } = await addApp(page)
      await signOut(page)
      await page.goto('/login?next=/settings/profile')
      await logIn(page, account)
      await page.getByRole('link', { name: 'Use a recovery code' }).click()
      await page.getByLabel('Recovery code').fill((codes[0] ?? '').toUpperCase())
      await page.getByRole('button', { name: 'Sign in' }).click()
      await expect(page).toHaveURL(/\/settings\/profile$/)
      await page.goto('/settings/security/recovery-codes')
      await expect(page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem')).toHaveCount(9)
    })

    test('is added at the login where staff must have one, and nothing of the admin area is shown before', async ({
      page,
      newAccount,
      serverWith,
    }) => {
      const server = await serverWith({ MFA_REQUIRED: 'staff' })
      const account = await newAccount({ server })
      await server.sql('UPDATE accounts_user SET is_staff = TRUE, is_superuser = TRUE, email_verified_at = date_joined WHERE id = ?', [
        account.id,
      ])
      await page.goto(`${server.url}/admin/users`)
      await page.getByLabel('Email address').fill(account.email)
      await page.getByLabel('Password', { exact: true }).fill(account.password)
      await page.getByRole('button', { name: 'Log in' }).click()
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Add an authenticator app')
      await page.goto(`${server.url}/admin/users`)
      await expect(page).toHaveURL(/\/admin\/login/)
      await page.goto(`${server.url}/login/second-factor?next=/admin/users`)
      await page.getByRole('button', { name: 'Continue' }).click()
      const secret = ((await page.locator('.secret').textContent()) ?? '').replaceAll(' ', '')
      await page.getByLabel('Code', { exact: true }).fill('000000')
      await page.getByRole('button', { name: 'Add the app' }).click()
      await expect(summaryOf(page)).toContainText('The code is incorrect or has expired')
      await page.getByLabel('Code', { exact: true }).fill(codeOf(secret))
      await page.getByRole('button', { name: 'Add the app' }).click()
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Save your recovery codes')
      await page.goto(`${server.url}/admin/users`)
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Users')
    })

    test('MF-6: is not asked for on a trusted device, until its owner forgets it', async ({ page, server, loggedIn }) => {
      const account = await loggedIn(page)
      await server.sql('UPDATE accounts_user SET email_verified_at = date_joined WHERE id = ?', [account.id])
      const { secret, codes } = await addApp(page)
      await signOut(page)
      await page.goto('/login')
      await logIn(page, account)
      await page.getByRole('link', { name: 'Use a recovery code' }).click()
      await expect(page.getByLabel('Recovery code')).toBeVisible()
      await expect(page.getByRole('checkbox')).toHaveCount(0)
      await page.getByRole('link', { name: 'Use your authenticator app' }).click()
      const box = page.getByRole('checkbox', { name: 'Trust this device for 30 days' })
      await expect(box).not.toBeChecked()
      if (javaScriptEnabled) await formReady(page)
      await box.check()
      await page.getByLabel('Code', { exact: true }).fill(codeOf(secret, 1))
      await page.getByRole('button', { name: 'Sign in' }).click()
      await expect(page).toHaveURL(/\/dashboard$/)
      await signOut(page)
      await page.goto('/login')
      await logIn(page, account)
      await expect(page).toHaveURL(/\/dashboard$/)

      await page.goto('/settings/security')
      await expect(page.getByText('Signing in takes no code on 1 device')).toBeVisible()
      await page.getByRole('button', { name: 'Forget trusted devices' }).click()
      await expect(statusOf(page, 'Your trusted devices are forgotten.')).toBeVisible()
      await expect(page.getByRole('button', { name: 'Forget trusted devices' })).toHaveCount(0)
      await signOut(page)
      await page.goto('/login')
      await logIn(page, account)
      await page.getByRole('link', { name: 'Use a recovery code' }).click()
      await page.getByLabel('Recovery code').fill(codes[0] ?? '')
      await page.getByRole('button', { name: 'Sign in' }).click()
      await expect(page).toHaveURL(/\/dashboard$/)
    })

    test('FACTOR-9: confirms who it is, in place of the password or without one', async ({ page, server, loggedIn }) => {
      const account = await loggedIn(page)
      await server.sql('UPDATE accounts_user SET email_verified_at = date_joined WHERE id = ?', [account.id])
      const { secret } = await addApp(page)
      await page.goto('/dashboard')
      await forgetProof(server.sql, account)
      await page.goto('/settings/sessions/others')
      await expect(page.getByLabel('Password', { exact: true })).toBeVisible()
      await page.getByRole('link', { name: 'Use your authenticator app instead' }).click()
      if (javaScriptEnabled) await formReady(page)
      await page.getByLabel('Code', { exact: true }).pressSequentially('000000')
      if (!javaScriptEnabled) await page.getByRole('button', { name: 'Continue' }).click()
      await expect(summaryOf(page)).toContainText('The code is incorrect or has expired')
      await expect(page.getByRole('link', { name: 'Use your password instead' })).toBeVisible()
      if (javaScriptEnabled) await formReady(page)
      await page.getByLabel('Code', { exact: true }).pressSequentially(codeOf(secret, 1))
      if (!javaScriptEnabled) await page.getByRole('button', { name: 'Continue' }).click()
      await expect(page).toHaveURL(/\/settings\/sessions\/others$/)

      await removePassword(server.sql, account)
      await forgetProof(server.sql, account)
      await page.goto('/settings/sessions/others')
      await expect(page.getByLabel('Code', { exact: true })).toBeVisible()
      await expect(page.getByLabel('Password', { exact: true })).toHaveCount(0)
      await expect(page.getByRole('link', { name: 'Use your password instead' })).toHaveCount(0)
    })

    test('without a login that waits, its page leads to the sign-in', async ({ page }) => {
      await page.goto('/login/second-factor?next=/settings/profile')
      await expect(page).toHaveURL(/\/login\?next=%2Fsettings%2Fprofile$/)
    })
  })
}

test('an account whose address is not confirmed is told to confirm it first', async ({ page, loggedIn }) => {
  await loggedIn(page)
  await page.goto('/settings/security/authenticator')
  await expect(page.getByRole('link', { name: 'confirm your email address' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Continue' })).toHaveCount(0)
})

test('recovery codes can be downloaded', async ({ page, server, loggedIn }) => {
  const account = await loggedIn(page)
  await server.sql('UPDATE accounts_user SET email_verified_at = date_joined WHERE id = ?', [account.id])
  const { codes } = await addApp(page)
  const downloading = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download' }).click()
  const download = await downloading
  expect(download.suggestedFilename()).toBe('recovery-codes.txt')
  const chunks: Buffer[] = []
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  for (const code of codes) expect(text).toContain(code)
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`its pages have no violations of axe, and fit a phone: ${colorScheme}`, async ({ page, server, loggedIn }) => {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width: 320, height: 720 })
    const account = await loggedIn(page, { person: { name: 'عبد الرحمن بن محمد الطويل الاسم' } })
    await server.sql('UPDATE accounts_user SET email_verified_at = date_joined WHERE id = ?', [account.id])
    const check = async (name: string) => {
      expect(await violationsOf(page), name).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth), name).toBeLessThanOrEqual(320)
    }
    await page.goto('/settings/security/authenticator')
    await check('before')
    await page.getByRole('button', { name: 'Continue' }).click()
    await expect(page.getByRole('img', { name: 'QR code with the key of your account' })).toBeVisible()
    await check('adding')
    const secret = ((await page.locator('.secret').textContent()) ?? '').replaceAll(' ', '')
    await page.getByLabel('Code', { exact: true }).fill(codeOf(secret))
    await page.getByRole('button', { name: 'Add the app' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Save your recovery codes')
    await check('codes')
    await page.getByLabel('I have saved these codes').check()
    await page.getByRole('button', { name: 'Done' }).click()
    await expect(statusOf(page, 'Your recovery codes are saved.')).toBeVisible()
    await check('security')
    await page.goto('/settings/security/authenticator')
    await check('removing')
    await page.goto('/settings/security/recovery-codes')
    await check('replacing')
    await page.context().clearCookies()
    await page.goto('/login')
    await logIn(page, account)
    await expect(page).toHaveURL(/\/login\/second-factor$/)
    await check('asked for')
    await page.getByLabel('Code', { exact: true }).fill('1')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(summaryOf(page)).toBeVisible()
    await check('wrong')
    await page.getByRole('checkbox', { name: 'Trust this device for 30 days' }).check()
    await page.getByLabel('Code', { exact: true }).fill(codeOf(secret, 1))
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page).toHaveURL(/\/dashboard$/)
    await page.goto('/settings/security')
    await expect(page.getByRole('button', { name: 'Forget trusted devices' })).toBeVisible()
    await check('a trusted device')
    await forgetProof(server.sql, account)
    await page.goto('/reauthenticate')
    await check('asked who it is, by the password')
    await page.getByRole('link', { name: 'Use your authenticator app instead' }).click()
    await expect(page.getByLabel('Code', { exact: true })).toBeVisible()
    await check('by a code')
  })
}
