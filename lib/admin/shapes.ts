/** What the admin area's endpoints answer, as the API's description has it. */
import * as z from 'zod/mini'
import { shapesShownTo } from '../fields/account.ts'

/** A group that something is in. */
export const groupShape = z.object({ id: z.int(), name: z.string() })

export const permissionShape = z
  .object({ id: z.int(), name: z.string(), codename: z.string(), app_label: z.string(), model: z.string(), label: z.string() })
  .register(z.globalRegistry, { id: 'Permission' })

export const userDetailShape = z
  .object({
    ...shapesShownTo('staff'),
    groups: z.array(groupShape),
    user_permissions: z.array(permissionShape),
    password: z.object({ usable: z.boolean(), text: z.string(), parts: z.array(z.object({ label: z.string(), value: z.string() })) }),
    deletion_due_at: z.nullable(z.iso.datetime()),
    version: z.string(),
  })
  .register(z.globalRegistry, { id: 'AdminUserDetail' })

export const sessionShape = z
  .object({
    id: z.string(),
    user_id: z.int(),
    email: z.string(),
    kind: z.string(),
    device: z.string(),
    ip_address: z.nullable(z.string()),
    created_at: z.iso.datetime(),
    last_used_at: z.iso.datetime(),
    expires_at: z.iso.datetime(),
    ended_at: z.nullable(z.iso.datetime()),
    end_reason: z.nullable(z.string()),
  })
  .register(z.globalRegistry, { id: 'AdminSession' })
