import { type Database, database } from './client.ts'

/**
 * Fails as any write would: another process's lock, a file or disk that is read-only, a standby. Changes nothing.
 * @throws the database's error
 */
export async function probeWriting(db: Pick<Database, 'throttleCounter'> = database()): Promise<void> {
  await db.throttleCounter.deleteMany({ where: { key: '' } })
}
