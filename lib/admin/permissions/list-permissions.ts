import { type Database, database, type Transaction } from '../../db/client.ts'

export interface PermissionItem {
  id: number
  name: string
  codename: string
  app_label: string
  model: string
  /** As Django's pickers show it: "accounts | user | Can add user". */
  label: string
}

/** Django's order: by application, model and codename. */
const ORDER = [{ contentType: { appLabel: 'asc' } }, { contentType: { model: 'asc' } }, { codename: 'asc' }] as const

type Which = { users: { some: { userId: number } } } | { groups: { some: { groupId: number } } } | { id: { in: number[] } }

/** All permissions, or those of some ids, or those that an account or a group was given itself. */
export async function listPermissions(which: Which | null = null, tx: Transaction | Database = database()): Promise<PermissionItem[]> {
  const rows = await tx.permission.findMany({ ...(which && { where: which }), orderBy: [...ORDER], include: { contentType: true } })
  return rows.map(({ id, name, codename, contentType: { appLabel, model } }) => ({
    id,
    name,
    codename,
    app_label: appLabel,
    model,
    label: `${appLabel} | ${model} | ${name}`,
  }))
}
