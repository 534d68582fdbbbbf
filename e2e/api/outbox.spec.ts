/** The outbox page of development machines is not in a production build. */
import { unique } from '../../lib/http/testing/accounts.ts'
import { openPage } from '../../lib/http/testing/cookies.ts'
import { expect, test } from '../fixtures.ts'

test('D-7: a production server answers /dev/outbox as any page that is not there', async ({ call, server }) => {
  const unknown = await openPage(call, `/dev/${unique()}`)
  /** What a person sees: the title and the page's content. */
  const seen = (html: string) => [/<title>([^<]*)<\/title>/.exec(html)?.[1], /<main .*<\/main>/.exec(html)?.[0]]
  const id = (await server.sql('SELECT max(id) AS id FROM accounts_outboxmail'))[0]?.id ?? 1
  for (const path of ['/dev/outbox', '/dev/outbox/', `/dev/outbox/${id}`, '/dev/outbox/1', '/dev']) {
    const answer = await openPage(call, path)
    expect.soft(answer.status, path).toBe(404)
    expect.soft(seen(answer.text), path).toEqual(seen(unknown.text))
  }
})
