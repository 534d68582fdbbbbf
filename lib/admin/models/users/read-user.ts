import { type Database, database, type Transaction } from '../../../db/client.ts'
import type { UserItem } from '../../../users/user.ts'
import { readObject } from '../../core/read-object.ts'
import type { PermissionItem } from '../../permissions/list-permissions.ts'
import type { GroupItem } from '../groups/declaration.ts'
import { userAdmin } from './declaration.ts'
import type { PasswordSummary } from './password-summary.ts'

/** An account as its form shows it. */
export interface UserDetail extends UserItem {
  groups: GroupItem[]
  user_permissions: PermissionItem[]
  password: PasswordSummary
  /** ISO 8601, UTC: when it will be deleted, where its owner wants that. */
  deletion_due_at: string | null
  /** Changes whenever something does that the form can change. */
  version: string
}

/** @param given as an address names it; null when there is no such account */
export const readUser = (given: string | number, tx: Transaction | Database = database()): Promise<UserDetail | null> =>
  readObject<UserDetail>(userAdmin, given, tx)
