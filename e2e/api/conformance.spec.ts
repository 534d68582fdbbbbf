/** The original's recorded conversations: a client written for it must not notice the difference. */
import { send } from '../../lib/http/testing/send.ts'
import { readRecordings, replay } from '../conformance.ts'
import { expect, test } from '../fixtures.ts'

for (const recorded of readRecordings('tutorial.json')) {
  test(`answers as the original: ${recorded.name}`, async ({ call }) => {
    for (const { request, expected, answered } of await replay(recorded, call)) {
      expect.soft(answered, request).toEqual(expected)
    }
  })
}

test('answers as the original where people may sign in by email, too', async ({ serverWith }) => {
  test.setTimeout(240_000)
  const { url } = await serverWith({ EMAIL_LOGIN: 'link' })
  for (const recorded of readRecordings('tutorial.json')) {
    for (const { request, expected, answered } of await replay(recorded, (path, options) => send(url, path, options))) {
      expect.soft(answered, `${recorded.name}: ${request}`).toEqual(expected)
    }
  }
})
