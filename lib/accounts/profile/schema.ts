import * as z from 'zod/mini'
import { inputsOf, ownerEditable } from '../../fields/account.ts'

/** What the owner of an account can change, in the order in which errors are answered. */
export const profileSchema = z.object(inputsOf(ownerEditable))

export type ProfileInput = z.infer<typeof profileSchema>

/** The fields that the page asks for. */
export const profileFormSchema = (usernameEditable: boolean) =>
  usernameEditable ? profileSchema : z.omit(profileSchema, { username: true })
