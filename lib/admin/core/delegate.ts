import { type Database, database, type Transaction } from '../../db/client.ts'

// biome-ignore lint/suspicious/noExplicitAny: which columns a row has, only its declaration knows
export type Row = any

/** What the admin area uses of a model's Prisma delegate. Which model it is, only the declaration knows. */
export interface Delegate {
  findMany(args: object): Promise<Row[]>
  findUnique(args: object): Promise<Row | null>
  count(args?: object): Promise<number>
  create(args: object): Promise<Row>
  update(args: object): Promise<Row>
  updateMany(args: object): Promise<unknown>
  delete(args: object): Promise<unknown>
}

/** @param delegate the name of a Prisma model, as the client has it: `outboxMail` */
export const delegateOf = ({ delegate }: { delegate: string }, tx: Transaction | Database = database()): Delegate =>
  (tx as unknown as Record<string, Delegate>)[delegate] as Delegate
