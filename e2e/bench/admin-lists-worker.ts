/** One database's side of admin-lists.ts: does what it is told, and says how long that took or how the database did it. */
import { countFacets, listObjects } from '../../lib/admin/core/list-objects.ts'
import { userAdmin } from '../../lib/admin/models/users/declaration.ts'
import { database, provider } from '../../lib/db/client.ts'
import { Prisma } from '../../lib/db/generated/sqlite/client.ts'
import { processValue } from '../../lib/process-state.ts'

export interface Task {
  query: Record<string, string>
  /** What of the list: a page of it, or how many rows each choice of its filters has. */
  part: 'page' | 'facets'
  /** Whether the statements are wanted, with how each is done. */
  plans: boolean
}

export interface Done {
  /** Milliseconds. */
  took: number
  count: number
  plans: string[]
}

const statements: Prisma.Sql[] = []
const client = database()
processValue<typeof client>('database').current = new Proxy(client, {
  get: (target, name) =>
    name === '$queryRaw'
      ? (strings: TemplateStringsArray | Prisma.Sql, ...values: unknown[]) => {
          const statement = strings instanceof Prisma.Sql ? strings : Prisma.sql(strings, ...(values as never[]))
          statements.push(statement)
          return target.$queryRaw(statement)
        }
      : Reflect.get(target, name),
})

async function planOf(statement: Prisma.Sql): Promise<string> {
  const how = provider() === 'sqlite' ? 'EXPLAIN QUERY PLAN' : 'EXPLAIN (ANALYZE, BUFFERS)'
  const rows = await client.$queryRaw<Record<string, unknown>[]>`${Prisma.raw(how)} ${statement}`
  const lines = rows.map((row) => String(row['QUERY PLAN'] ?? row.detail))
  return [statement.sql.replace(/\s+/g, ' ').trim(), ...lines.map((line) => `    ${line}`)].join('\n')
}

process.on('message', async ({ query, part, plans }: Task) => {
  statements.length = 0
  const started = performance.now()
  const count = part === 'page' ? (await listObjects(userAdmin, query)).count : Object.keys(await countFacets(userAdmin, query)).length
  const took = performance.now() - started
  const asked = statements.splice(0)
  const done: Done = { took, count, plans: plans ? await Promise.all(asked.map(planOf)) : [] }
  process.send?.(done)
})
