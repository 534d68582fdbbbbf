/** `npm run fuzz -- 100000 [seed]`: the long run, on the production build and a SQLite database of its own. */
import { startServer } from '../server.ts'
import { FUZZ_SETTINGS, fuzz } from './fuzz.ts'

const [count = '100000', seed = String(Date.now() % 1_000_000)] = process.argv.slice(2)
const server = await startServer(FUZZ_SETTINGS)
try {
  process.stdout.write(`${count} requests, seed ${seed}\n`)
  const report = await fuzz(server, Number(count), Number(seed), (sent) => {
    if (sent % 10_000 === 0) process.stdout.write(`${sent}\n`)
  })
  const { sent, seconds, statuses, early, late, problems } = report
  process.stdout.write(`${sent} requests in ${seconds.toFixed(0)} s: ${JSON.stringify(statuses)}\n`)
  process.stdout.write(`resident memory ${early} MiB after a tenth, ${late} MiB at the end\n`)
  for (const problem of problems) process.stdout.write(`\n${problem}\n`)
  process.exitCode = problems.length === 0 ? 0 : 1
} finally {
  await server.stop()
}
