import { randomUUID } from 'node:crypto'
import { copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import Sqlite from 'libsql'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { settings } from '../settings.ts'
import { databaseTarget } from '../settings-values.ts'
import { newUser } from '../users/testing/new-user.ts'
import { type Database, isUnavailable, sqliteAdapter } from './client.ts'
import { PrismaClient } from './generated/sqlite/client.ts'
import { migrate } from './migrate.ts'

/** The driver's statements keep a closed connection, and its lock, until they are garbage. */
async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  for (let round = 0; round < 5; round++) {
    collect()
    await setImmediate()
  }
}

/** How long the client under test waits for a lock, in milliseconds. */
const TIMEOUT = 600

describe.runIf(process.env.TEST_PROVIDER === 'sqlite')('while another process holds the write lock', () => {
  let db: Database
  let other: Sqlite.Database
  let userId: number

  beforeAll(async () => {
    const target = databaseTarget(settings().DATABASE_URL)
    if (target.provider !== 'sqlite') throw new Error('this is for SQLite')
    userId = (await newUser()).id
    db = new PrismaClient({ adapter: sqliteAdapter({ file: target.file, timeout: TIMEOUT }) })
    other = new Sqlite(target.file)
  })
  afterEach(() => {
    if (other.inTransaction) other.exec('ROLLBACK')
  })

  const lock = () => other.exec(`BEGIN IMMEDIATE; UPDATE accounts_user SET phone = phone WHERE id = ${userId}`)

  /** One of every kind of statement that writes. */
  const writes: Record<string, () => Promise<unknown>> = {
    create: () => db.group.create({ data: { name: randomUUID() } }),
    'nested create': () => db.group.create({ data: { name: randomUUID(), users: { create: [{ userId }] } } }),
    update: () => db.user.update({ where: { id: userId }, data: { name: 'Updated' } }),
    updateMany: () => db.user.updateMany({ where: { id: userId }, data: { name: 'Updated' } }),
    upsert: () => db.group.upsert({ where: { name: 'Upserted' }, create: { name: 'Upserted' }, update: { name: 'Upserted' } }),
    deleteMany: () => db.group.deleteMany({ where: { name: 'Missing' } }),
    'raw statement': () => db.$executeRaw`UPDATE accounts_user SET name = 'Raw' WHERE id = ${userId}`,
    'raw statement with rows': () => db.$queryRaw`UPDATE accounts_user SET name = 'Raw' WHERE id = ${userId} RETURNING id`,
    'interactive transaction': () =>
      db.$transaction(async (tx) => {
        await tx.user.updateMany({ where: { id: userId }, data: { name: 'Transaction' } })
        return tx.user.findUniqueOrThrow({ where: { id: userId } })
      }),
    'transaction that reads first': () =>
      db.$transaction(async (tx) => {
        const { name } = await tx.user.findUniqueOrThrow({ where: { id: userId } })
        return tx.user.update({ where: { id: userId }, data: { name: name.slice(0, 100) } })
      }),
    'batch transaction': () => db.$transaction([db.user.updateMany({ where: { id: userId }, data: { name: 'Batch' } })]),
  }
  const all = () => Object.values(writes)

  // The first of each kind is compiled by Prisma.
  beforeAll(() => Promise.all(all().map((write) => write())))

  it('every write fails as unavailable within the time-out, even with many waiting, and the event loop is never blocked', async () => {
    lock()
    const loop = monitorEventLoopDelay({ resolution: 5 })
    loop.enable()
    const started = performance.now()
    const outcomes = await Promise.allSettled([...all(), ...all(), ...all()].map((write) => write()))
    const took = performance.now() - started
    loop.disable()
    for (const outcome of outcomes) expect(outcome).toMatchObject({ status: 'rejected', reason: expect.toSatisfy(isUnavailable) })
    // One after the other they would take 33 times as long; waiting in the driver would block the loop all that time.
    expect(took).toBeLessThan(TIMEOUT * 10)
    expect(loop.max / 1e6).toBeLessThan(TIMEOUT * 0.75)
  })

  it('reading goes on', async () => {
    lock()
    const waiting = Promise.allSettled(all().map((write) => write()))
    expect(await db.user.findUniqueOrThrow({ where: { id: userId } })).toMatchObject({ id: userId })
    expect(await db.$queryRaw`SELECT id FROM accounts_user WHERE id = ${userId}`).toHaveLength(1)
    expect(other.inTransaction).toBe(true)
    await waiting
  })

  it.each(Object.keys(writes))('%s: fails, succeeds as soon as the lock is gone, and keeps no lock', async (name) => {
    const write = writes[name] as () => Promise<unknown>
    for (let round = 0; round < 2; round++) {
      lock()
      await expect(write()).rejects.toSatisfy(isUnavailable)
      // The other process changes something: a snapshot kept from before would never be allowed to write again.
      other.exec('COMMIT')
      await write()
      lock()
      other.exec('COMMIT')
    }
  })

  it('a write waits for a short lock', async () => {
    lock()
    const writing = Promise.all(all().map((write) => write()))
    await setTimeout(TIMEOUT / 4)
    other.exec('COMMIT')
    await writing
  })

  it('a transaction that fails leaves nothing behind, open or written', async () => {
    const failing = db.$transaction(async (tx) => {
      await tx.user.update({ where: { id: userId }, data: { name: 'Half done' } })
      throw new Error('half done')
    })
    await expect(failing).rejects.toThrow('half done')
    lock()
    other.exec('COMMIT')
    expect((await db.user.findUniqueOrThrow({ where: { id: userId } })).name).not.toBe('Half done')
  })

  it.each([1, 2])('a transaction whose ROLLBACK fails, tried %d times, gives its turn and its lock back', async (failures) => {
    const exec = Sqlite.prototype.exec
    let left = failures
    const spy = vi.spyOn(Sqlite.prototype, 'exec').mockImplementation(function (this: Sqlite.Database, sql: string) {
      if (sql === 'ROLLBACK' && left-- > 0) throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR', rawCode: 10 })
      return exec.call(this, sql)
    })
    const failing = db.$transaction(async (tx) => {
      await tx.user.update({ where: { id: userId }, data: { name: 'Half done' } })
      throw new Error('half done')
    })
    await expect(failing).rejects.toThrow()
    spy.mockRestore()
    expect(left).toBe(failures === 1 ? -1 : 0)
    await collectGarbage()
    await Promise.all(all().map((write) => write()))
    lock()
    other.exec('COMMIT')
    expect((await db.user.findUniqueOrThrow({ where: { id: userId } })).name).not.toBe('Half done')
  })

  it('what was not taken for a write is refused, not lost', async () => {
    await expect(
      db.$queryRaw`WITH chosen AS (SELECT ${userId} AS id) DELETE FROM accounts_user WHERE id IN (SELECT id FROM chosen)`,
    ).rejects.toThrow(/readonly/i)
  })
})

describe.runIf(process.env.TEST_PROVIDER === 'sqlite')('the files of a database', () => {
  it('are for their owner alone, and are one whole file when the client was closed', async () => {
    const directory = join(mkdtempSync(join(tmpdir(), 'latchkey-')), 'made')
    const file = join(directory, 'new.sqlite3')
    const target = { provider: 'sqlite', file } as const
    await migrate(target)
    const db = new PrismaClient({ adapter: sqliteAdapter({ file, timeout: TIMEOUT }) })
    await db.group.create({ data: { name: 'Written' } })
    const modes = Object.fromEntries(['', '-wal', '-shm'].map((suffix) => [suffix, statSync(file + suffix).mode & 0o777]))
    expect({ directory: statSync(directory).mode & 0o777, ...modes }).toEqual({ directory: 0o700, '': 0o600, '-wal': 0o600, '-shm': 0o600 })
    await db.$disconnect()
    copyFileSync(file, `${file}.copy`)
    const copy = new Sqlite(`${file}.copy`)
    expect(copy.prepare('SELECT name FROM auth_group').all()).toEqual([{ name: 'Written' }])
    copy.close()
    rmSync(join(directory, '..'), { recursive: true })
  })
})
