/** Fills the E.164 form of phone numbers that Django wrote: rows of a database that was taken over, or that it still uses. */
import { database } from '../db/client.ts'
import { e164 } from '../users/phone.ts'
import { handleRows } from './delete-in-batches.ts'
import { type JobContext, rowFailures } from './job.ts'

/** Rows updated in one transaction. */
const BATCH = 200

/** Reads every account without the form once per round; a text that is no phone number has none and stays. */
export async function* fillPhoneNumbers({ onFailure }: JobContext): AsyncGenerator<number, void> {
  const db = database()
  const failures = rowFailures(onFailure)
  let after = 0
  for (;;) {
    const users = await db.user.findMany({
      where: { phoneE164: null, id: { gt: after } },
      select: { id: true, phone: true },
      orderBy: { id: 'asc' },
      take: BATCH,
    })
    const numbers = users.flatMap(({ id, phone }) => {
      const phoneE164 = e164(phone)
      return phoneE164 === null ? [] : [{ id, phone, phoneE164 }]
    })
    yield await handleRows(numbers, fill, { ...failures, add: ({ id }, error) => failures.add(`account ${id}`, error) })
    if (users.length < BATCH) return
    after = users.at(-1)?.id ?? after
  }
}

/** The phone is compared again: its owner may have changed it since it was read. */
async function fill(numbers: { id: number; phone: string; phoneE164: string }[]): Promise<{ count: number }> {
  const db = database()
  const updates = numbers.map(({ id, phone, phoneE164 }) => db.user.updateMany({ where: { id, phone }, data: { phoneE164 } }))
  return { count: (await db.$transaction(updates)).reduce((sum, { count }) => sum + count, 0) }
}
