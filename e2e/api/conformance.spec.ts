/** The original's recorded conversations: a client written for it must not notice the difference. */
import { readRecordings, replay } from '../conformance.ts'
import { expect, test } from '../fixtures.ts'

for (const recorded of readRecordings('tutorial.json')) {
  test(`answers as the original: ${recorded.name}`, async ({ call }) => {
    for (const { request, expected, answered } of await replay(recorded, call)) {
      expect.soft(answered, request).toEqual(expected)
    }
  })
}
