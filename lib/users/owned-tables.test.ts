import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ownedTables } from './owned-tables.ts'

const schema = readFileSync(resolve(import.meta.dirname, '../../prisma/schema.prisma'), 'utf8')

interface Column {
  table: string
  column: string
}

/** What of every model names an account: its relations to User, and numbers that are called after one. */
function accountColumns(): Column[] {
  return [...schema.matchAll(/^model (\w+) \{$(.*?)^\}/gms)].flatMap(([, name = '', body = '']) => {
    const related = [...body.matchAll(/\sUser\??\s+@relation\([^)]*fields: \[(\w+)\]/g)].map(([, field = '']) => field)
    const called = [...body.matchAll(/^ {2}((?:user|account|owner|subject|actor)Id)\s+Int\??/gm)].map(([, field = '']) => field)
    return [...new Set([...related, ...called])].map((field) => ({
      table: /@@map\("(\w+)"\)/.exec(body)?.[1] ?? name,
      column: new RegExp(`^ {2}${field}\\s.*@map\\("(\\w+)"\\)`, 'm').exec(body)?.[1] ?? field,
    }))
  })
}

/** Django's log names what it is about, which may be an account, by its content type and its id as a text. */
const NAMED_BY_TYPE = { table: 'django_admin_log', column: 'object_id' }

describe('tables that hold something about an account', () => {
  it('each is declared, with its table and column as the schema has them', () => {
    const declared = ownedTables.map(({ table, column }) => ({ table, column }))
    const order = ({ table, column }: Column) => `${table}.${column}`
    expect([...accountColumns(), NAMED_BY_TYPE].sort((a, b) => (order(a) < order(b) ? -1 : 1))).toEqual(
      declared.sort((a, b) => (order(a) < order(b) ? -1 : 1)),
    )
    expect(declared.length).toBeGreaterThan(8)
  })

  it('what stays, and what is not exported, has a reason; no two exports share a name', () => {
    for (const { onDelete, reason, export: said } of ownedTables) if (onDelete === 'keep' || said === null) expect(reason).toBeTruthy()
    const names = ownedTables.flatMap(({ export: said }) => (said ? [said.name] : []))
    expect(new Set(names).size).toBe(names.length)
  })
})
