import * as z from 'zod/mini'
import { ids } from '../../fields/choice.ts'
import { text } from '../../fields/text.ts'

export const addGroupSchema = z.object({
  name: text({ label: 'Name', maxLength: 150 }),
  permissions: ids({ label: 'Permissions', optional: true }),
})
export type AddGroupInput = Partial<z.infer<typeof addGroupSchema>>

export const changeGroupSchema = z.object({
  name: text({ label: 'Name', maxLength: 150 }),
  permissions: ids({ label: 'Permissions' }),
  version: text({ label: 'Version', maxLength: 64 }),
})
export type ChangeGroupInput = Partial<z.infer<typeof changeGroupSchema>>
