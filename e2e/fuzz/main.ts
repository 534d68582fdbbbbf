/** `npm run fuzz -- 100000 [seed]`: the long run, on the production build and a SQLite database of its own. */
import { startServer } from '../server.ts'
import { FUZZ_SETTINGS, fuzz } from './fuzz.ts'

/** In MiB. A server that kept what it was sent would soon be out of it; without a limit Node waits long before it clears up. */
const HEAP = 256

const [count = '100000', seed = String(Date.now() % 1_000_000)] = process.argv.slice(2)
const server = await startServer({ env: { ...FUZZ_SETTINGS.env, NODE_OPTIONS: `--max-old-space-size=${HEAP}` } })
try {
  process.stdout.write(`${count} requests, seed ${seed}\n`)
  const report = await fuzz(server, Number(count), Number(seed), (sent) => {
    if (sent % 10_000 === 0) process.stdout.write(`${sent}\n`)
  })
  const { sent, seconds, statuses, memory, problems } = report
  process.stdout.write(`${sent} requests in ${seconds.toFixed(0)} s: ${JSON.stringify(statuses)}\n`)
  process.stdout.write(`resident memory after each tenth, with a heap of at most ${HEAP} MiB: ${memory.join(', ')} MiB\n`)
  for (const problem of problems) process.stdout.write(`\n${problem}\n`)
  process.exitCode = problems.length === 0 ? 0 : 1
} finally {
  await server.stop()
}
