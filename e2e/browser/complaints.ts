import type { Page } from '@playwright/test'

/** Collects what the browser complains of, from before the first page: errors, warnings and violations of the page's policy. */
export async function complaints(page: Page): Promise<string[]> {
  const found: string[] = []
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && found.push(message.text()))
  page.on('pageerror', (error) => found.push(error.message))
  await page.exposeFunction('reportViolation', (text: string) => found.push(text))
  await page.addInitScript(
    `addEventListener('securitypolicyviolation', (event) => reportViolation(event.violatedDirective + ' ' + event.blockedURI))`,
  )
  return found
}
