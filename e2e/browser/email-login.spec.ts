/** Signing in by email in a browser, with and without JavaScript: code, link, mail scanners and other browsers (EL-1, EL-2, RS-5). */
import type { Page } from '@playwright/test'
import { codeIn, linkIn, type Mailbox } from '../../lib/http/testing/mailbox.ts'
import { expect, test } from '../fixtures'
import type { TestServer } from '../server'
import { violationsOf } from './axe'
import { formReady, newPerson, summaryOf } from './people'

const PAGE = '/login/email'
const SUBJECT = 'Sign in to Latchkey'
const LINK = { EMAIL_LOGIN: 'link' }

const headingOf = (page: Page) => page.getByRole('heading', { level: 1 })
const codeField = (page: Page) => page.getByLabel('Code', { exact: true })

/** Enters a code; with JavaScript its sixth digit sends it. */
async function enterCode(page: Page, code: string, javaScriptEnabled: boolean): Promise<void> {
  await codeField(page).pressSequentially(code)
  if (!javaScriptEnabled) await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

/** Asks for an email on the page, and waits until its code can be entered. @returns the email's code and link */
async function ask(page: Page, { url }: TestServer, mailbox: Mailbox, email: string, path = PAGE) {
  await page.goto(`${url}${path}`)
  await page.getByLabel('Email address').fill(email)
  await page.getByRole('button', { name: 'Send link' }).click()
  await expect(headingOf(page)).toHaveText('Check your email')
  const mail = await mailbox.waitForSubject(email, SUBJECT)
  return { code: codeIn(mail), link: linkIn(mail, PAGE).href }
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(`signing in by email ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, () => {
    test.use({ javaScriptEnabled })

    test('begins at the sign-in page, takes what was typed there along, and leads where the person wanted to go', async ({
      page,
      serverWith,
      newAccount,
      mailbox,
    }) => {
      const server = await serverWith(LINK)
      const { email } = await newAccount({ server })
      await page.goto(`${server.url}/login?next=/settings/profile`)
      if (javaScriptEnabled) {
        await formReady(page)
        await page.getByLabel('Email address').fill(email)
        await page.getByLabel(/^Keep me signed in/).check()
      }
      await page.getByRole('button', { name: 'Email me a sign-in link' }).click()
      await expect(page, 'no address stands in a URL').toHaveURL(`${server.url}${PAGE}?next=%2Fsettings%2Fprofile`)
      if (javaScriptEnabled) {
        await formReady(page)
        await expect(page.getByLabel('Email address')).toHaveValue(email)
        await expect(page.getByLabel(/^Keep me signed in/)).toBeChecked()
      } else {
        await page.getByLabel('Email address').fill(email)
        await page.getByLabel(/^Keep me signed in/).check()
      }
      await page.getByRole('button', { name: 'Send link' }).click()
      await expect(page).toHaveURL(`${server.url}${PAGE}`)
      await expect(page.getByText(`If an account exists for ${email}, we’ve sent a link and a code.`)).toBeVisible()
      await expect(page).toHaveTitle('Check your email – Latchkey')
      const mail = await mailbox.waitForSubject(email, SUBJECT)
      const code = codeIn(mail)

      // A code that is wrong, and a reload, lose nothing.
      await codeField(page).pressSequentially('00000')
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
      await expect(summaryOf(page)).toContainText('That code isn’t right or has expired')
      await page.reload()
      if (javaScriptEnabled) await formReady(page)
      await enterCode(page, `${code.slice(0, 3)} ${code.slice(3)}`, javaScriptEnabled)
      await expect(page).toHaveURL(`${server.url}/settings/profile`)
      await expect(page.getByRole('status').filter({ hasText: 'We removed the password that was set before' })).toBeVisible()
      const session = (await page.context().cookies()).find(({ name }) => name === 'latchkey')
      expect(session?.expires, 'the browser stays signed in').toBeGreaterThan(Date.now() / 1000 + 86_400)
    })

    test('RS-5: a mail scanner opens the link several times, and it signs its person in afterwards, once', async ({
      page,
      browser,
      serverWith,
      newAccount,
      mailbox,
    }) => {
      const server = await serverWith(LINK)
      const { email } = await newAccount({ server })
      const { link } = await ask(page, server, mailbox, email)
      const scanner = await (await browser.newContext()).newPage()
      for (let visit = 0; visit < 3; visit++) expect((await scanner.goto(link))?.status()).toBe(200)
      expect((await scanner.request.get(link)).status()).toBe(200)
      expect((await scanner.request.head(link)).status()).toBe(200)
      await scanner.context().close()

      await page.goto(link)
      await expect(page, 'the token leaves the address').toHaveURL(`${server.url}${PAGE}`)
      await expect(page.getByText(email)).toBeVisible()
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
      await expect(page).toHaveURL(`${server.url}/dashboard`)

      await page.context().clearCookies()
      await page.goto(link)
      await expect(headingOf(page)).toHaveText('This link has already been used')
      await page.getByRole('link', { name: 'Get a new link' }).click()
      await expect(page.getByLabel('Email address')).toBeVisible()
    })

    test('EL-2: in another browser the link signs no one in and says where to enter the code, which is refused there', async ({
      page,
      browser,
      serverWith,
      newAccount,
      mailbox,
    }) => {
      const server = await serverWith(LINK)
      const { email } = await newAccount({ server })
      const { code, link } = await ask(page, server, mailbox, email)
      const other = await (await browser.newContext({ javaScriptEnabled })).newPage()
      await other.goto(link)
      await expect(headingOf(other)).toHaveText('Go back to your other browser')
      await expect(other.getByRole('button', { name: 'Sign in', exact: true })).toHaveCount(0)
      await other.getByRole('link', { name: 'get a new email' }).click()
      await other.getByLabel('Email address').fill(newPerson().email)
      await other.getByRole('button', { name: 'Send link' }).click()
      await expect(headingOf(other)).toHaveText('Check your email')
      if (javaScriptEnabled) await formReady(other)
      await other
        .locator('input[name=email]')
        .first()
        .evaluate((input: HTMLInputElement, value) => {
          input.value = value
        }, email)
      await enterCode(other, code, javaScriptEnabled)
      await expect(summaryOf(other)).toContainText('That code isn’t right or has expired')
      await other.context().close()

      if (javaScriptEnabled) await formReady(page)
      await enterCode(page, code, javaScriptEnabled)
      await expect(page).toHaveURL(`${server.url}/dashboard`)
    })

    test('an unknown address is answered like any other, and another one can be tried', async ({ page, serverWith }) => {
      const server = await serverWith(LINK)
      const { email } = newPerson()
      await page.goto(`${server.url}${PAGE}`)
      await page.getByLabel('Email address').fill(email)
      await page.getByRole('button', { name: 'Send link' }).click()
      await expect(page.getByText(`If an account exists for ${email}, we’ve sent a link and a code.`)).toBeVisible()
      await page.getByRole('link', { name: 'Use a different email address' }).click()
      await expect(page.getByLabel('Email address')).toHaveValue('')
      await page.getByLabel('Email address').fill('nowhere')
      await page.getByRole('button', { name: 'Send link' }).click()
      // Without JavaScript the browser itself stops what is no address.
      if (javaScriptEnabled) await expect(summaryOf(page)).toContainText('Enter an email address in the correct format')
      else expect(await page.locator('input:invalid').count()).toBe(1)
    })
  })
}

test('only the keyboard is needed', async ({ page, serverWith, newAccount, mailbox }) => {
  const server = await serverWith(LINK)
  const { email } = await newAccount({ server })
  await page.goto(`${server.url}/login`)
  await formReady(page)
  await page.keyboard.type(email)
  const button = page.getByRole('button', { name: 'Email me a sign-in link' })
  for (let presses = 0; presses < 12 && !(await button.evaluate((element) => element === document.activeElement)); presses++)
    await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(`${server.url}${PAGE}`)
  await formReady(page)
  await expect(page.getByLabel('Email address')).toBeFocused()
  await expect(page.getByLabel('Email address')).toHaveValue(email)
  await page.keyboard.press('Enter')
  await expect(headingOf(page)).toHaveText('Check your email')
  await formReady(page)
  await expect(codeField(page)).toBeFocused()
  await page.keyboard.type(codeIn(await mailbox.waitForSubject(email, SUBJECT)))
  await expect(page).toHaveURL(`${server.url}/dashboard`)
})

test('where only codes are mailed, the pages speak of codes alone', async ({ page, serverWith, newAccount, mailbox }) => {
  const server = await serverWith({ EMAIL_LOGIN: 'code' })
  const { email } = await newAccount({ server })
  await page.goto(`${server.url}/login`)
  await page.getByRole('button', { name: 'Email me a sign-in code' }).click()
  await page.getByLabel('Email address').fill(email)
  await page.getByRole('button', { name: 'Send code' }).click()
  await expect(
    page.getByText(`If an account exists for ${email}, we’ve sent a code. Enter it below. It expires in 10 minutes.`),
  ).toBeVisible()
  await expect(page.getByText('link')).toHaveCount(0)
  await formReady(page)
  await codeField(page).pressSequentially(codeIn(await mailbox.waitForSubject(email, SUBJECT)))
  await expect(page).toHaveURL(`${server.url}/dashboard`)
})

test('where it is off, the sign-in page does not mention it, and its own page does not exist', async ({ page }) => {
  await page.goto('/login')
  await expect(page.getByRole('button', { name: /sign-in (code|link)/ })).toHaveCount(0)
  expect((await page.goto(PAGE))?.status()).toBe(404)
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`its pages have no violations of axe, and fit a phone: ${colorScheme}`, async ({
    page,
    browser,
    serverWith,
    newAccount,
    mailbox,
  }, info) => {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width: 320, height: 720 })
    const server = await serverWith(LINK)
    const { email } = await newAccount({ server, person: { name: 'عبد الرحمن بن محمد الطويل الاسم' } })
    const check = async (name: string, at = page) => {
      await at.screenshot({ path: info.outputPath(`${name}.png`), fullPage: true })
      expect(await violationsOf(at), name).toEqual([])
      expect(await at.evaluate(() => document.documentElement.scrollWidth), name).toBeLessThanOrEqual(320)
    }
    await page.goto(`${server.url}/login`)
    await check('sign-in')
    await page.goto(`${server.url}${PAGE}`)
    await formReady(page)
    await check('ask')
    await page.getByRole('button', { name: 'Send link' }).click()
    await expect(summaryOf(page)).toBeVisible()
    await check('ask-wrong')
    const { link } = await ask(page, server, mailbox, email)
    await formReady(page)
    await check('code')
    await codeField(page).fill('1')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await expect(summaryOf(page)).toBeVisible()
    await check('code-wrong')
    const context = await browser.newContext({ colorScheme, viewport: { width: 320, height: 720 } })
    const other = await context.newPage()
    await other.goto(link)
    await check('elsewhere', other)
    await context.close()
    await page.goto(link)
    await check('link')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await expect(page).toHaveURL(`${server.url}/dashboard`)
    await check('dashboard')
    await page.context().clearCookies()
    await page.goto(link)
    await check('used')
  })
}
