import * as z from 'zod/mini'
import { choice } from '../../fields/choice.ts'
import { text } from '../../fields/text.ts'

export const SHORTCUTS = ['on', 'off'] as const

/** What switching them takes: the choice, and the page on which it was made. */
export const shortcutsSchema = z.object({
  shortcuts: choice(SHORTCUTS, { label: 'Shortcuts' }),
  page: text({ label: 'Page', maxLength: 4096 }),
})

export type ShortcutsInput = z.infer<typeof shortcutsSchema>
