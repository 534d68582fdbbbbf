import * as z from 'zod/mini'
import { text } from '../../fields/text.ts'

/** Django's UnicodeUsernameValidator: Python's \w is emails and numbers of every script, and the underscore. */
const USERNAME = /^[\p{L}\p{N}_.@+-]+$/u

/** What a person may change of their own account, in the order in which errors are answered. */
export const profileSchema = z.object({
  name: text({ label: 'Name', maxLength: 255 }),
  phone: text({ label: 'Phone', maxLength: 20 }),
  first_name: text({ label: 'First name', maxLength: 150, blank: true }),
  last_name: text({ label: 'Last name', maxLength: 150, blank: true }),
  username: text({ label: 'Username', maxLength: 150, check: (value) => (USERNAME.test(value) ? [] : ['username']) }),
})

export type ProfileInput = z.infer<typeof profileSchema>

/** The fields that the page asks for. */
export const profileFormSchema = (usernameEditable: boolean) =>
  usernameEditable ? profileSchema : z.omit(profileSchema, { username: true })
