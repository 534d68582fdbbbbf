import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { expect, it } from 'vitest'

const APP = resolve(import.meta.dirname, '..')

/** Forms without an account: of signed-out users, or of the browser's own preferences. */
const OF_NO_ACCOUNT = [
  '_ui/link-form.tsx',
  '_ui/sign-in-link.tsx',
  '_ui/theme.tsx',
  'login/email/code-form.tsx',
  'login/login-form.tsx',
  'login/page.tsx',
  'login/second-factor/page.tsx',
  'login/second-factor/second-factor-form.tsx',
  'password-reset/confirm/confirm-form.tsx',
]

const sources = readdirSync(APP, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.tsx'))
  .map((entry) => ({
    file: relative(APP, join(entry.parentPath, entry.name)),
    text: readFileSync(join(entry.parentPath, entry.name), 'utf8'),
  }))

/** The forms that a file posts, as they are written, without what is in their buttons. */
const postedIn = (text: string) =>
  text
    .split(/<form\b/)
    .slice(1)
    .map((form) => (form.split('</form>')[0] ?? '').replace(/<button\b[\s\S]*?<\/button>/g, ''))
    .filter((form) => !form.includes('method="get"'))

it('every form that posts says whose page it was sent from', () => {
  const silent = sources.filter(
    // A NativeForm says it unless it is told not to.
    ({ text }) => text.includes('ofAccount={false}') || postedIn(text).some((form) => !/<FormAccount \/>/.test(form)),
  )
  expect(silent.map(({ file }) => file).sort()).toEqual(OF_NO_ACCOUNT)
})

it('every form in which something is typed keeps it when a theme is chosen without JavaScript', () => {
  const isTyped = (form: string) => /\{\.\.\.formProps\}|\{children\}|<\w*Field\b|<input type="(?!hidden)/.test(form)
  const forgetful = sources.filter(({ text }) => postedIn(text).some((form) => isTyped(form) && !form.includes('<FormTheme />')))
  expect(forgetful.map(({ file }) => file)).toEqual([])
})
