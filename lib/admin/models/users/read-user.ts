import * as z from 'zod/mini'
import { type Database, database, type Transaction } from '../../../db/client.ts'
import { shapesShownTo } from '../../../fields/account.ts'
import { groupShape } from '../../core/object-schema.ts'
import { readObject } from '../../core/read-object.ts'
import { permissionShape } from '../../permissions/list-permissions.ts'
import { userAdmin } from './declaration.ts'

/** An account as its form shows it. */
export const userDetailShape = z
  .object({
    ...shapesShownTo('staff'),
    groups: z.array(groupShape),
    user_permissions: z.array(permissionShape),
    /** What may be said of it (password-summary.ts). */
    password: z.object({ usable: z.boolean(), text: z.string(), parts: z.array(z.object({ label: z.string(), value: z.string() })) }),
    /** ISO 8601, UTC: when it will be deleted, where its owner wants that. */
    deletion_due_at: z.nullable(z.iso.datetime()),
    /** Changes whenever something does that the form can change. */
    version: z.string(),
  })
  .register(z.globalRegistry, { id: 'AdminUserDetail' })

export type UserDetail = z.infer<typeof userDetailShape>

/** @param given as an address names it; null when there is no such account */
export const readUser = (given: string | number, tx: Transaction | Database = database()): Promise<UserDetail | null> =>
  readObject<UserDetail>(userAdmin, given, tx)
