/** Loaded into a server with --import: measures how long its event loop stands still, and tells on SIGUSR2. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { isMainThread } from 'node:worker_threads'

if (isMainThread) {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  process.on('SIGUSR2', () => {
    process.stdout.write(`event-loop ${JSON.stringify({ longest: delay.max / 1e6, p99: delay.percentile(99) / 1e6 })}\n`)
    delay.reset()
  })
}
