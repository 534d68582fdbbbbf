/** What owned-tables.ts says of a table that holds something about an account. */
import type * as z from 'zod/mini'
import type { Transaction } from '../db/client.ts'

/** Rows read at once, so that no statement takes long and no more is held in memory, however much there is. */
export const EXPORT_BATCH = 500

/** What a query of byId() asks for besides. */
export const ordered = { orderBy: { id: 'asc' }, take: EXPORT_BATCH } as const

/** What the export says of a table. */
interface TableExport {
  /** The property of the export that holds its rows. */
  name: string
  /** One of them. What proves or opens something is no part of it: hashes, digests, nonces, token ids, emails' bodies. */
  shape: z.ZodMiniType
  /** All of an account's rows, in batches. */
  read: (userId: number) => AsyncGenerator<unknown[], void>
}

export interface OwnedTable {
  table: string
  /** The column that names the account. */
  column: string
  /** As people read it before a deletion. */
  label: string
  /**
   * What the deletion of the account does to its rows. `refuse`: while there are any, the account cannot be deleted. `keep`:
   * they stay as they are, for the reason given.
   */
  onDelete: 'delete' | 'set null' | 'refuse' | 'keep'
  /** Columns emptied together with that one. */
  emptied?: readonly string[]
  /** Takes out of rows that stay what tells who it was. */
  forget?: (tx: Transaction, userId: number) => Promise<unknown>
  /** Why rows stay, or why they are not in the export. */
  reason?: string
  export: TableExport | null
}

/** Reads a table in the order of its ids. @param read at most EXPORT_BATCH rows after an id @param say a row as the export has it */
export const byId = <Row extends { id: number }>(read: (userId: number, after: number) => Promise<Row[]>, say: (row: Row) => unknown) =>
  async function* (userId: number): AsyncGenerator<unknown[], void> {
    let after = 0
    for (;;) {
      const rows = await read(userId, after)
      if (rows.length > 0) yield rows.map(say)
      if (rows.length < EXPORT_BATCH) return
      after = rows.at(-1)?.id ?? after
    }
  }
