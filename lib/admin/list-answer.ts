/** A list as the API answers it: Django REST framework's page, and a CSV of all its rows. */
import * as z from 'zod/mini'
import { recordEvent } from '../audit/audit.ts'
import { database } from '../db/client.ts'
import type { Answer, Context } from '../http/endpoint.ts'
import type { Principal } from '../sessions/principal.ts'
import { settings } from '../settings.ts'
import { csvLine } from './csv.ts'
import type { ModelAdmin } from './declaration.ts'
import { eachObject, listObjects } from './list-objects.ts'
import type { ListedModel } from './list-query.ts'

type Key = number | string
type Listed<Item extends { id: Key }> = ListedModel & Pick<ModelAdmin<Item>, 'load' | 'path'>

/** Django REST framework's PageNumberPagination, and whether `count` is exact. */
export const pageShape = (item: z.ZodMiniType) =>
  z.object({
    count: z.int(),
    count_is_exact: z.boolean(),
    next: z.nullable(z.string()),
    previous: z.nullable(z.string()),
    results: z.array(item),
  })

/** The addresses of the pages before and after one. */
export function pagesBeside(path: string, query: Context['query'], page: number, hasNext: boolean) {
  const address = (to: number) => {
    const url = new URL(`/api/admin/${path}/`, settings().APP_URL)
    for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value)
    if (to === 1) url.searchParams.delete('page')
    else url.searchParams.set('page', String(to))
    return url.href
  }
  return { next: hasNext ? address(page + 1) : null, previous: page > 1 ? address(page - 1) : null }
}

/** One page, with the addresses of the pages beside it. */
export async function answerList<Item extends { id: Key }>(model: Listed<Item>, { query }: Context): Promise<Answer> {
  const { items, count, countIsExact, page, hasNext } = await listObjects(model, query)
  return { body: { count, count_is_exact: countIsExact, ...pagesBeside(model.path, query, page, hasNext), results: items } }
}

export const CSV_TYPE = 'text/csv; charset=utf-8'

/** All rows of a search as a CSV, in the order of their ids, written while they are read; the audit log knows who took them. */
export async function answerExport<Item extends { id: Key }>(
  model: Listed<Item>,
  columns: readonly (keyof Item & string)[],
  event: 'users_exported' | 'events_exported',
  context: Context,
): Promise<Answer> {
  const { user, claims } = context.principal as Principal
  const filters = Object.keys(context.query).filter((name) => name !== 'ordering')
  await recordEvent(database(), event, { actorId: user.id, subjectId: null, sessionId: claims.sid, detail: { filters } }, context)
  const batches = eachObject(model, context.query)
  const encoder = new TextEncoder()
  let begun = false
  const body = new ReadableStream<Uint8Array>({
    pull: async (stream) => {
      const head = begun ? '' : csvLine(columns)
      begun = true
      const { value, done } = await batches.next()
      const lines = (value ?? []).map((item) => csvLine(columns.map((column) => item[column])))
      const text = head + lines.join('')
      if (text !== '') stream.enqueue(encoder.encode(text))
      if (done) stream.close()
    },
    cancel: async () => {
      await batches.return(undefined)
    },
  })
  const name = `${model.path}-${context.now.toISOString().slice(0, 10)}.csv`
  return { body, headers: { 'Content-Disposition': `attachment; filename="${name}"` } }
}
