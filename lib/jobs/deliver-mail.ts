import { BATCH, deliverDue } from '../mail/deliver-outbox.ts'
import { smtpTransport } from '../mail/transport.ts'
import type { JobContext } from './job.ts'

/** Sends the emails that are due; without SMTP_URL they stay in the outbox. */
export async function* deliverMail({ now, onFailure }: JobContext): AsyncGenerator<number, void> {
  const send = smtpTransport()
  if (!send) return
  for (;;) {
    const taken = await deliverDue(send, now, onFailure)
    yield taken
    if (taken < BATCH) return
  }
}
