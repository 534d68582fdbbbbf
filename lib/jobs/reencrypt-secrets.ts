/** Encrypts again, with the current key, what a key of SECRET_KEY_FALLBACKS encrypted, so that the fallback can be removed. */
import { resealTotpSecret } from '../credentials/totp.ts'
import { database } from '../db/client.ts'
import { currentKeyPrefix } from '../encryption.ts'
import { handleRows } from './delete-in-batches.ts'
import { type JobContext, rowFailures } from './job.ts'

/** Rows read at a time. */
const BATCH = 200

/** A secret that no key opens is reported, each round: its key was removed too early. */
export async function* reencryptSecrets({ onFailure }: JobContext): AsyncGenerator<number, void> {
  const db = database()
  const failures = rowFailures(onFailure)
  let after = 0
  for (;;) {
    const devices = await db.totpDevice.findMany({
      where: { id: { gt: after }, NOT: { secret: { startsWith: currentKeyPrefix() } } },
      orderBy: { id: 'asc' },
      take: BATCH,
    })
    const reseal = async (rows: typeof devices) => {
      let count = 0
      for (const device of rows) count += await resealTotpSecret(device)
      return { count }
    }
    yield await handleRows(devices, reseal, {
      ...failures,
      add: ({ userId }, error) => failures.add(`authenticator app of account ${userId}`, error),
    })
    if (devices.length < BATCH) return
    after = devices.at(-1)?.id ?? after
  }
}
