import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { expect, it } from 'vitest'

const APP = resolve(import.meta.dirname, '..')

/** Forms without an account: of signed-out users, or of the browser's own preferences. */
const OF_NO_ACCOUNT = [
  '_ui/theme-form.tsx',
  'account-deletion/undo/undo-form.tsx',
  'email-change/link-form.tsx',
  'login/login-form.tsx',
  'password-reset/confirm/confirm-form.tsx',
]

const sources = readdirSync(APP, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.tsx'))
  .map((entry) => join(entry.parentPath, entry.name))

it('every form that posts says whose page it was sent from', () => {
  const silent = sources.filter((file) => {
    const forms = readFileSync(file, 'utf8')
      .split(/<form\b/)
      .slice(1)
    return forms.some((form) => !form.includes('method="get"') && !form.split('</form>')[0]?.includes('<FormAccount />'))
  })
  expect(silent.map((file) => relative(APP, file)).sort()).toEqual(OF_NO_ACCOUNT)
})

it('every form in which something is typed keeps it when a theme is chosen without JavaScript', () => {
  const formsOf = (file: string) =>
    readFileSync(file, 'utf8')
      .split(/<form\b/)
      .slice(1)
      .map((form) => form.split('</form>')[0] ?? '')
  const isTyped = (form: string) =>
    !form.includes('method="get"') && /\{\.\.\.formProps\}|\{children\}|<\w*Field\b|<input type="(?!hidden)/.test(form)
  const forgetful = sources.filter((file) => formsOf(file).some((form) => isTyped(form) && !form.includes('<FormTheme />')))
  expect(forgetful.map((file) => relative(APP, file))).toEqual([])
})
