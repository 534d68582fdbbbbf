import * as z from 'zod/mini'
import { text } from '../../fields/text.ts'
import { isTheme } from '../../fields/theme.ts'

/** What choosing a theme takes: the choice, and the page on which it was made. */
export const themeSchema = z.object({
  theme: text({ label: 'Theme', check: (value) => (isTheme(value) ? [] : ['invalid']) }),
  page: text({ label: 'Page', maxLength: 4096 }),
})

export type ThemeInput = z.infer<typeof themeSchema>
