/** What exportData() answers, as the API's description has it. */
import * as z from 'zod/mini'
import { ownedTables } from '../../users/owned-tables.ts'
import { exportedUserShape } from '../../users/public-user.ts'

const tables = ownedTables.flatMap(({ export: said }) => (said ? [[said.name, z.array(said.shape)] as const] : []))

export const exportShape = z
  .object({ exported_at: z.iso.datetime(), profile: exportedUserShape, ...Object.fromEntries(tables) })
  .register(z.globalRegistry, { id: 'AccountExport' })
