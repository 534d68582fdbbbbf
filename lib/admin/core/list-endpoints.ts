/** The endpoints that every declaration's list has: a page of it, in Django REST framework's shape, and where it is exported, all of it as CSV. */
import * as z from 'zod/mini'
import { recordEvent } from '../../audit/audit.ts'
import { database } from '../../db/client.ts'
import type { FieldValues } from '../../fields/text.ts'
import { type AuthenticatedContext, type Context, type Contract, type Endpoint, endpoint, type Result } from '../../http/endpoint.ts'
import { textStream } from '../../http/text-stream.ts'
import { settings } from '../../settings.ts'
import { csvLine } from './csv.ts'
import { type ModelAdmin, permissionFor } from './declaration.ts'
import { countFacets, eachObject, type Facets, listObjects } from './list-objects.ts'
import { exportQuerySchema, type ListedModel, type ListQuery, listQuerySchema } from './list-query.ts'
import { listOfExport } from './list-selection.ts'
import { actorOf } from './user-guard.ts'

type Key = number | string
type Listed<Item extends { id: Key }> = ListedModel & Pick<ModelAdmin<Item>, 'items' | 'path'>

/** Django REST framework's PageNumberPagination, and whether `count` is exact. */
export const pageShape = (item: z.ZodMiniType) =>
  z.object({
    count: z.int(),
    count_is_exact: z.boolean(),
    next: z.nullable(z.string()),
    previous: z.nullable(z.string()),
    results: z.array(item),
    /** Where `facets` is asked for: how many rows each choice of each filter has, with the others as they are. */
    facets: z.optional(z.record(z.string(), z.record(z.string(), z.object({ count: z.int(), count_is_exact: z.boolean() })))),
  })

const facetsAnswer = (facets: Facets) =>
  Object.fromEntries(
    Object.entries(facets).map(([field, counts]) => [
      field,
      Object.fromEntries(Object.entries(counts).map(([value, { count, exact }]) => [value, { count, count_is_exact: exact }])),
    ]),
  )

/** The addresses of the pages before and after one. */
export function pagesBeside(path: string, query: FieldValues, page: number, hasNext: boolean) {
  const address = (to: number) => {
    const url = new URL(`/api/admin/${path}/`, settings().APP_URL)
    for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value))
    if (to === 1) url.searchParams.delete('page')
    else url.searchParams.set('page', String(to))
    return url.href
  }
  return { next: hasNext ? address(page + 1) : null, previous: page > 1 ? address(page - 1) : null }
}

/** The pages beside one, for clients that follow links and not bodies. */
export function linkHeader(beside: { next: string | null; previous: string | null }): Record<string, string> {
  const links = Object.entries({ next: beside.next, prev: beside.previous }).flatMap(([rel, url]) =>
    url === null ? [] : [`<${url}>; rel="${rel}"`],
  )
  return links.length > 0 ? { Link: links.join(', ') } : {}
}

/** One page, with the addresses of the pages beside it, in the body and as a `Link` (RFC 8288). */
export async function listResult<Item extends { id: Key }>(
  model: Listed<Item>,
  { query }: Pick<Context<ListQuery>, 'query'>,
): Promise<Result> {
  const { items, count, countIsExact, page, hasNext } = await listObjects(model, query)
  const beside = pagesBeside(model.path, query, page, hasNext)
  const facets = query.facets === true && { facets: facetsAnswer(await countFacets(model, query)) }
  return { body: { count, count_is_exact: countIsExact, ...beside, results: items, ...facets }, headers: linkHeader(beside) }
}

const CSV_TYPE = 'text/csv; charset=utf-8'

/** All rows of a search as a CSV, in the order of the list, written while they are read; the audit log knows who took them. */
export async function exportResult<Item extends { id: Key }>(
  model: Listed<Item>,
  columns: readonly (keyof Item & string)[],
  event: 'users_exported' | 'events_exported',
  context: AuthenticatedContext<ListQuery>,
): Promise<Result> {
  const filters = Object.keys(context.query).filter((name) => name !== 'ordering')
  await recordEvent(database(), event, { ...actorOf(context), subjectId: null, detail: { filters } }, context)
  const body = textStream(csvText(model, columns, context.query))
  const name = `${model.path}-${context.now.toISOString().slice(0, 10)}.csv`
  return { body, headers: { 'Content-Disposition': `attachment; filename="${name}"` } }
}

async function* csvText<Item extends { id: Key }>(
  model: Listed<Item>,
  columns: readonly (keyof Item & string)[],
  query: ListQuery,
): AsyncGenerator<string, void> {
  yield csvLine(columns)
  for await (const items of eachObject(model, query)) {
    yield items.map((item) => csvLine(columns.map((column) => item[column]))).join('')
  }
}

type Texts = Pick<Contract, 'name' | 'description' | 'operationId' | 'summary'>

const contract = { method: 'GET', tag: 'Administration' } as const

/** @param item the shape of a row */
export const listEndpoint = <Item extends { id: Key }, Name extends string>(
  admin: ModelAdmin<Item, Name>,
  item: z.ZodMiniType,
  texts: Texts,
): Endpoint =>
  endpoint({
    contract: {
      ...contract,
      ...texts,
      path: `/api/admin/${admin.path}/`,
      responses: { 200: pageShape(item) },
      query: listQuerySchema(admin),
    },
    policy: { access: 'authenticated', permission: permissionFor(admin, 'view'), throttle: { policy: 'admin' } },
    run: (_input, context) => listResult(admin, context),
  })

/** @param columns the fields of a row that are exported @param event of the audit log */
export const exportEndpoint = <Item extends { id: Key }, Name extends string>(
  admin: ModelAdmin<Item, Name>,
  columns: readonly (keyof Item & string)[],
  event: 'users_exported' | 'events_exported',
  texts: Texts,
): Endpoint =>
  endpoint({
    contract: {
      ...contract,
      ...texts,
      path: `/api/admin/${admin.path}/export/`,
      responses: { 200: z.string() },
      mediaType: CSV_TYPE,
      query: exportQuerySchema(admin),
    },
    policy: {
      access: 'authenticated',
      permission: permissionFor(admin, 'view'),
      sideEffects: true,
      throttle: { policy: 'export' },
      oneAtATime: true,
      recentAuthentication: { page: (fields) => listOfExport(`/admin/${admin.path}`, fields) },
    },
    run: (_input, context) => exportResult(admin, columns, event, context),
  })
