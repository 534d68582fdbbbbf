import * as z from 'zod/mini'
import { type Database, database, type Transaction } from '../../db/client.ts'

/** A permission; its label is as Django's pickers show it: "accounts | user | Can add user". */
export const permissionShape = z
  .object({ id: z.int(), name: z.string(), codename: z.string(), app_label: z.string(), model: z.string(), label: z.string() })
  .register(z.globalRegistry, { id: 'Permission' })

export type PermissionItem = z.infer<typeof permissionShape>

/** Django's order: by application, model and codename. */
const ORDER = [{ contentType: { appLabel: 'asc' } }, { contentType: { model: 'asc' } }, { codename: 'asc' }] as const

/** All permissions, or those of some ids. */
export async function listPermissions(ids: number[] | null = null, tx: Transaction | Database = database()): Promise<PermissionItem[]> {
  const where = ids === null ? {} : { id: { in: ids } }
  const rows = await tx.permission.findMany({ where, orderBy: [...ORDER], include: { contentType: true } })
  return rows.map(({ id, name, codename, contentType: { appLabel, model } }) => ({
    id,
    name,
    codename,
    app_label: appLabel,
    model,
    label: `${appLabel} | ${model} | ${name}`,
  }))
}
