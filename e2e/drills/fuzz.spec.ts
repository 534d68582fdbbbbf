/** HT-3, B5 to B7: whatever is sent to it, each operation answers as its description says. `npm run fuzz` sends more. */
import { expect, test } from '../fixtures.ts'
import { FUZZ_SETTINGS, fuzz } from '../fuzz/fuzz.ts'

const REQUESTS = 4000

test('generated requests meet declared answers alone, no fault, and a server that goes on', async ({ startServer }) => {
  const server = await startServer(FUZZ_SETTINGS)
  const report = await fuzz(server, REQUESTS, 20_260_132)
  expect(report.problems).toEqual([])
  expect(report.sent).toBe(REQUESTS)
  // It reached what it is about: successes and each kind of refusal.
  for (const status of [200, 201, 303, 400, 401, 403, 404, 405, 406, 413, 415])
    expect.soft(report.statuses[status] ?? 0, `${status}`).toBeGreaterThan(0)
  expect(await server.sql('SELECT id FROM accounts_user WHERE is_superuser')).toEqual([])
})
