import { beforeAll, describe, expect, it } from 'vitest'
import { newUser } from '../users/testing/new-user.ts'
import { database, provider } from './client.ts'
import { findReferences } from './references.ts'

const run = (sql: string) => database().$executeRawUnsafe(sql)
const onPostgresql = () => provider() === 'postgresql'
const find = (...ids: number[]) =>
  findReferences(database(), new Map([['accounts_user', `"id" IN (${ids.join(', ')})`]]), new Set(['accounts_session']))

beforeAll(async () => {
  const key = onPostgresql() ? 'bigint' : 'integer'
  const user = `${key} REFERENCES accounts_user (id)`
  const deferred = 'DEFERRABLE INITIALLY DEFERRED'
  for (const sql of [
    // As Django makes them: the deletion is its own affair, the database only refuses.
    `CREATE TABLE shop_order (code varchar(20) PRIMARY KEY, buyer_id ${user} ${deferred}, seller_id ${user} ${deferred})`,
    `CREATE TABLE notes_note (id ${key} PRIMARY KEY, owner_id ${user} ON DELETE CASCADE, parent_id ${key} REFERENCES notes_note (id) ON DELETE CASCADE)`,
    `CREATE TABLE "Odd ""name""" ("Of" ${user} ON DELETE SET NULL, strict_id ${user} ON DELETE RESTRICT)`,
    `CREATE TABLE must_have (user_id ${key} NOT NULL REFERENCES accounts_user (id) ON DELETE SET NULL)`,
    `CREATE TABLE wiki_page (space varchar(9), slug varchar(9), author_id ${user} ON DELETE CASCADE, PRIMARY KEY (space, slug))`,
    `CREATE TABLE wiki_link (space varchar(9), slug varchar(9), FOREIGN KEY (space, slug) REFERENCES wiki_page (space, slug))`,
    `CREATE TABLE tree_node (code varchar(20) PRIMARY KEY, owner_id ${user} ON DELETE CASCADE, parent varchar(20) REFERENCES tree_node ON DELETE CASCADE)${onPostgresql() ? '' : ' WITHOUT ROWID'}`,
    `CREATE TABLE tree_leaf (id ${key} PRIMARY KEY, node varchar(20) REFERENCES tree_node ON DELETE CASCADE, branch ${key} REFERENCES tree_leaf ON DELETE SET NULL)`,
    `ALTER TABLE tree_node ADD COLUMN leaf_id ${key} REFERENCES tree_leaf ON DELETE CASCADE`,
    `CREATE TABLE implicit_key (user_id ${key} REFERENCES accounts_user)`,
  ])
    await run(sql)
})

const table = (name: string, count: number, effect: string) => ({ table: name, count, effect })

describe('rows that refer to an account', () => {
  it('tables without such rows are not listed', async () => {
    expect(await find((await newUser()).id)).toEqual([])
  })

  it('are counted once each by what a deletion does to them, for any keys, columns and names', async () => {
    const [user, other] = [(await newUser()).id, (await newUser()).id]
    await run(`INSERT INTO shop_order VALUES ('a', ${user}, ${user}), ('b', ${other}, ${user}), ('c', ${other}, NULL)`)
    await run(`INSERT INTO "Odd ""name""" VALUES (${user}, NULL), (NULL, ${user}), (${other}, ${other})`)
    await run(`INSERT INTO must_have VALUES (${user})`)
    await run(`INSERT INTO implicit_key VALUES (${user})`)
    expect(await find(user)).toEqual([
      table('Odd "name"', 1, 'refuse'),
      table('Odd "name"', 1, 'set null'),
      table('implicit_key', 1, 'refuse'),
      table('must_have', 1, 'refuse'),
      table('shop_order', 2, 'refuse'),
    ])
    expect((await find(user, other)).find(({ table: name }) => name === 'shop_order')).toEqual(table('shop_order', 3, 'refuse'))
  })

  it('are followed as far as the database cascades: through a table that refers to itself, and composite keys', async () => {
    const [user, other] = [(await newUser()).id, (await newUser()).id]
    const [a, b, c, d] = [1, 2, 3, 4].map((n) => user * 10 + n)
    await run(`INSERT INTO notes_note VALUES (${a}, ${user}, NULL), (${b}, ${other}, ${a}), (${c}, NULL, ${b}), (${d}, ${other}, NULL)`)
    await run(`INSERT INTO wiki_page VALUES ('x', '${user}', ${user}), ('y', '${user}', ${other})`)
    await run(`INSERT INTO wiki_link VALUES ('x', '${user}'), ('y', '${user}')`)
    expect(await find(user)).toEqual([table('notes_note', 3, 'delete'), table('wiki_link', 1, 'refuse'), table('wiki_page', 1, 'delete')])
  })

  it.each([12, 300])('are followed through a thread of %d answers', async (depth) => {
    const user = (await newUser()).id
    const ids = Array.from({ length: depth }, (_, index) => user * 1000 + index)
    await run(
      `INSERT INTO notes_note VALUES ${ids.map((id, index) => `(${id}, ${index === 0 ? user : 'NULL'}, ${index === 0 ? 'NULL' : id - 1})`).join(', ')}`,
    )
    expect(await find(user)).toEqual([table('notes_note', depth, 'delete')])
  })

  it('are followed through tables that refer to each other, and tables without row numbers', async () => {
    const user = (await newUser()).id
    const [a, b, c, d] = [1, 2, 3, 4].map((n) => user * 10 + n)
    await run(`INSERT INTO tree_node (code, owner_id) VALUES ('${a}', ${user})`)
    await run(`INSERT INTO tree_leaf VALUES (${a}, '${a}', NULL), (${b}, NULL, ${a}), (${c}, NULL, ${a}), (${d}, NULL, NULL)`)
    await run(`INSERT INTO tree_node (code, leaf_id, parent) VALUES ('${b}', ${a}, NULL), ('${c}', ${d}, '${b}'), ('${d}', ${d}, NULL)`)
    await run(`UPDATE tree_leaf SET node = '${c}' WHERE id = ${b}`)
    expect(await find(user)).toEqual([table('tree_leaf', 2, 'delete'), table('tree_leaf', 1, 'set null'), table('tree_node', 3, 'delete')])
  })

  it('a circle of rows ends', async () => {
    const user = (await newUser()).id
    const [a, b] = [user * 10 + 1, user * 10 + 2]
    await run(`INSERT INTO notes_note VALUES (${a}, ${user}, NULL), (${b}, NULL, ${a})`)
    await run(`UPDATE notes_note SET parent_id = ${b} WHERE id = ${a}`)
    expect(await find(user)).toEqual([table('notes_note', 2, 'delete')])
  })

  it('one that refers to itself forbids nothing', async () => {
    const column = onPostgresql() ? 'bigint REFERENCES accounts_user (id)' : 'integer REFERENCES accounts_user (id)'
    await run(`ALTER TABLE accounts_user ADD COLUMN manager_id ${column}`)
    const [user, report] = [(await newUser()).id, (await newUser()).id]
    await run(`UPDATE accounts_user SET manager_id = ${user} WHERE id = ${user}`)
    expect(await find(user)).toEqual([])
    await run(`UPDATE accounts_user SET manager_id = ${user} WHERE id = ${report}`)
    expect(await find(user)).toEqual([table('accounts_user', 1, 'refuse')])
  })

  it('in another schema are found, by its name', async ({ skip }) => {
    if (!onPostgresql()) skip()
    await run('CREATE SCHEMA crm')
    await run('CREATE TABLE crm.contact (user_id bigint REFERENCES public.accounts_user (id))')
    const user = (await newUser()).id
    await run(`INSERT INTO crm.contact VALUES (${user})`)
    expect(await find(user)).toEqual([table('crm.contact', 1, 'refuse')])
  })
})
