/** Nobody gets a protected page past the gate, and without the gate neither (the security requirements, M1 to M7). */
import { expectNoWayAround } from '../bypass.ts'
import { expect, test } from '../fixtures.ts'

test('M1-M6: no header, spelling, file name or method shows a stranger the dashboard', async ({ server }) => {
  test.setTimeout(120_000)
  expect(await expectNoWayAround(server)).toBeGreaterThan(150)
})
