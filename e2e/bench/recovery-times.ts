/**
 * Whether the answer to a request for a reset, or for another confirmation, tells by its time if the address has an account
 * (ASVS 6.3.8): `npm run build && npm run bench`. Known and unknown addresses by turns in one run, against the production
 * server, with a mail server that takes three seconds for each email.
 */
import { signUp, unique } from '../../lib/http/testing/accounts.ts'
import { startMailbox } from '../../lib/http/testing/mailbox.ts'
import { send } from '../../lib/http/testing/send.ts'
import { startServer } from '../server.ts'
import { median } from './median.ts'

const SAMPLES = 30
const SMTP_DELAY = 3000

/** Mann-Whitney: how many standard deviations the ranks of two sets lie from what chance would have. */
function rankDeviation(one: number[], other: number[]): number {
  let smaller = 0
  for (const a of one) for (const b of other) smaller += a < b ? 1 : a === b ? 0.5 : 0
  const [n, m] = [one.length, other.length]
  return Math.abs(smaller - (n * m) / 2) / Math.sqrt((n * m * (n + m + 1)) / 12)
}

const mailbox = await startMailbox()
const server = await startServer({ env: { SMTP_URL: mailbox.url } })
try {
  for (const path of ['/api/accounts/password/reset/', '/api/accounts/email/verify/resend/']) {
    const accounts = await Promise.all(Array.from({ length: SAMPLES }, () => signUp((to, options) => send(server.url, to, options))))
    mailbox.delay = SMTP_DELAY
    const took = async (email: string) => {
      const started = performance.now()
      const { status } = await send(server.url, path, { json: { email } })
      if (status !== 200) throw new Error(`${path} answered ${status}`)
      return performance.now() - started
    }
    await took(`${unique()}@example.com`)
    const [known, unknown]: [number[], number[]] = [[], []]
    for (const [index, { email }] of accounts.entries()) {
      const turns = [
        () => took(email).then((time) => known.push(time)),
        () => took(`${unique()}@example.com`).then((time) => unknown.push(time)),
      ]
      for (const turn of index % 2 === 0 ? turns : turns.toReversed()) await turn()
    }
    mailbox.delay = 0
    const ratio = median(known) / median(unknown)
    process.stdout.write(
      `${path.padEnd(36)} known ${median(known).toFixed(1)} ms, unknown ${median(unknown).toFixed(1)} ms: ` +
        `${ratio.toFixed(3)} to 1, ${rankDeviation(known, unknown).toFixed(2)} standard deviations (3.3 would tell)\n`,
    )
  }
} finally {
  await server.stop()
  await mailbox.stop()
}
