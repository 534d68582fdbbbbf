import { type Database, database, type Transaction } from '../../../db/client.ts'
import { readObject } from '../../core/read-object.ts'
import type { PermissionItem } from '../../permissions/list-permissions.ts'
import { type GroupItem, groupAdmin } from './declaration.ts'

export interface GroupDetail extends GroupItem {
  permissions: PermissionItem[]
  /** How many accounts are in it. */
  members: number
  /** Changes whenever something does that the form can change. */
  version: string
}

/** @param given as an address names it; null when there is no such group */
export const readGroup = (given: string | number, tx: Transaction | Database = database()): Promise<GroupDetail | null> =>
  readObject<GroupDetail>(groupAdmin, given, tx)
