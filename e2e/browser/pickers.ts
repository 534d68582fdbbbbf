/** The pickers of the admin area's forms, as people use them: two lists with JavaScript, boxes and a search without. */
import { expect, type Locator, type Page } from '@playwright/test'

type Kind = 'groups' | 'permissions' | 'user permissions'

/** What is chosen: the list, or the boxes that are ticked. */
export const chosenIn = (page: Page, kind: Kind): Locator =>
  page.getByRole('listbox', { name: `Chosen ${kind}` }).or(page.getByRole('list', { name: `Chosen ${kind}` }))

/** Finds one by its whole label and chooses it; with JavaScript in the lists that take the place of the boxes. */
export async function choose(page: Page, kind: Kind, label: string, javaScriptEnabled: boolean): Promise<void> {
  await page.getByLabel(`Find among ${kind}`, { exact: true }).fill(label)
  if (!javaScriptEnabled) {
    await page.getByRole('button', { name: `Find ${kind}` }).click()
    await page.getByRole('checkbox', { name: label }).check()
    return
  }
  const option = page.getByRole('listbox', { name: `Available ${kind}` }).getByRole('option')
  await expect(option).toHaveCount(1)
  await option.filter({ hasText: label }).click()
  await expect(chosenIn(page, kind).getByText(label)).toBeVisible()
}
