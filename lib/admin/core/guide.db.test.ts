/** docs/adding-a-model.md, step by step: its own code blocks are the model that is tested. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { runInThisContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import * as z from 'zod/mini'
import { exportData } from '../../accounts/data-export/endpoints.ts'
import { database, provider } from '../../db/client.ts'
import { contextOf } from '../../http/testing/context.ts'
import { deleteAccount, deletionImpact } from '../../users/delete-account.ts'
import type { OwnedTable } from '../../users/owned-table.ts'
import { newUser } from '../../users/testing/new-user.ts'
import { createPermissions } from '../permissions/create-permissions.ts'
import { recentSession, superuser } from '../testing/staff.ts'
import { addObject, deleteObject } from './change-objects.ts'
import { type ModelAdmin, modelAdmin } from './declaration.ts'
import { deletionPreview, type ObjectDetail, readObject } from './read-object.ts'

// Workers keep modules from file to file: those with mocks are this file's alone.
vi.hoisted(() => vi.resetModules())
afterAll(() => void vi.resetModules())

// The clients that know the tables of this test (lib/db/testing/clubs.prisma).
vi.mock('../../db/generated/sqlite/client.ts', () => import('../../db/generated/testing/sqlite/client.ts'))
vi.mock('../../db/generated/postgresql/client.ts', () => import('../../db/generated/testing/postgresql/client.ts'))

const guide = readFileSync(resolve(import.meta.dirname, '../../../docs/adding-a-model.md'), 'utf8')
const [declaration = '', entry = ''] = [...guide.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => code)
const declare = runInThisContext(
  `(modelAdmin) => { ${declaration.replace(/^import .*$/m, '').replace('export const teamAdmin =', 'return')} }`,
)
const teamAdmin = declare(modelAdmin) as ModelAdmin
const captaincy = runInThisContext(`(${entry.trim().replace(/,$/, '')})`) as OwnedTable

const declared = vi.hoisted(() => ({ added: [] as unknown[] }))
vi.mock('../../users/owned-tables.ts', async (original) => {
  const { ownedTables } = await original<typeof import('../../users/owned-tables.ts')>()
  // As the guide's reader adds to it: read at each use, for the entry is known only then.
  return {
    ownedTables: {
      [Symbol.iterator]: () => [...ownedTables, ...declared.added][Symbol.iterator](),
      flatMap: ownedTables.flatMap.bind(ownedTables),
      map: (f: never) => [...ownedTables, ...declared.added].map(f),
    },
  }
})

const run = (statement: string) => database().$executeRawUnsafe(statement)
const NOW = new Date('2026-11-24T10:00:00Z')
const asks = (actor: { id: number }) => contextOf(actor as never, NOW, recentSession(actor))

beforeAll(async () => {
  const [id, key, time] =
    provider() === 'sqlite' ? ['INTEGER PRIMARY KEY', 'INTEGER', 'DATETIME'] : ['SERIAL PRIMARY KEY', 'BIGINT', 'TIMESTAMPTZ']
  // No key on captain_id: what the guide's entry says is all that a deletion knows of it.
  await run(`CREATE TABLE clubs_team (id ${id}, name VARCHAR(40) NOT NULL UNIQUE, level VARCHAR(20) NOT NULL, is_open BOOLEAN NOT NULL,
    founded ${time}, captain_id ${key}, created ${time}, motto TEXT NOT NULL, contact TEXT NOT NULL, seats INTEGER)`)
  await run(`CREATE TABLE clubs_team_groups (id ${id}, team_id INTEGER NOT NULL, group_id INTEGER NOT NULL)`)
  await run(`CREATE TABLE clubs_match (id ${id}, team_id INTEGER NOT NULL REFERENCES clubs_team (id))`)
  await run('CREATE TABLE shop_ticket (team_id INTEGER NOT NULL REFERENCES clubs_team (id))')
  await createPermissions([teamAdmin])
})

async function team(name: string, captain: number | null = null): Promise<ObjectDetail> {
  const { body } = await addObject(teamAdmin, { name, level: 'amateur' }, asks(await superuser()))
  const { id } = body as ObjectDetail
  if (captain !== null) await run(`UPDATE clubs_team SET captain_id = ${captain} WHERE id = ${id}`)
  return (await readObject(teamAdmin, id)) as ObjectDetail
}

describe('the model of the guide', () => {
  it('counts before a deletion what goes with it, and is not deleted while rows of another table forbid it', async () => {
    const { id } = await team('Rovers')
    await run(`INSERT INTO clubs_match (team_id) VALUES (${id}), (${id})`)
    await run(`INSERT INTO shop_ticket (team_id) VALUES (${id}), (${id}), (${id})`)
    const preview = async () => deletionPreview(teamAdmin, (await readObject(teamAdmin, id)) as ObjectDetail)
    expect(await preview()).toEqual([
      { label: 'Matches', count: 2 },
      { label: 'shop_ticket', count: 3, effect: 'refuse' },
    ])
    const deletion = async () => deleteObject(teamAdmin, { ...asks(await superuser()), params: { id: String(id) } })
    await expect(deletion()).rejects.toMatchObject({
      status: 409,
      body: {
        detail: 'This cannot be deleted because of rows that refer to it: 3 rows of shop_ticket.',
        references: [{ table: 'shop_ticket', count: 3 }],
      },
    })
    expect((await readObject(teamAdmin, id))?.matches).toBe(2)
    await run('DELETE FROM shop_ticket')
    await deletion()
    expect(await readObject(teamAdmin, id)).toBeNull()
    expect(await database().$queryRaw`SELECT id FROM clubs_match`).toEqual([])
  })

  it('is left without its captain when the account is deleted, of which the page that asks before says so', async () => {
    declared.added = [captaincy]
    const captain = await newUser()
    const { id, captain: stored } = await team('United', captain.id)
    expect(stored).toBe(captain.id)
    expect(await deletionImpact([captain.id])).toEqual([{ label: 'Teams led', table: 'clubs_team', count: 1, effect: 'set null' }])
    await database().$transaction((tx) => deleteAccount(tx, captain.id, NOW))
    expect(await readObject(teamAdmin, id)).toMatchObject({ name: 'United', captain: null })
  })

  it('is in its captain’s export as soon as the entry says what of it, and in no other', async () => {
    const captain = await superuser()
    await team('City', captain.id)
    const exported = async (said: OwnedTable['export']) => {
      declared.added = [{ ...captaincy, export: said }]
      const { body } = await exportData({}, asks(captain))
      return JSON.parse(await new Response(body as ReadableStream).text()) as Record<string, unknown>
    }
    expect(await exported(captaincy.export)).not.toHaveProperty('teams')
    const read = async function* (userId: number) {
      yield await database().$queryRaw<unknown[]>`SELECT name FROM clubs_team WHERE captain_id = ${userId}`
    }
    expect(await exported({ name: 'teams', shape: z.object({ name: z.string() }), read })).toMatchObject({ teams: [{ name: 'City' }] })
  })
})
