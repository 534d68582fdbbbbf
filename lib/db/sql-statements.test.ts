import { describe, expect, it } from 'vitest'
import { readMigrations } from './migration-files.ts'
import { readStatements } from './sql-statements.ts'

/** Statements that change rows, or that are PostgreSQL's blocks: no part of the schema that could be lost alone. */
const NOT_SCHEMA = /^(INSERT|UPDATE|DELETE|DO)\b/

describe.each(['sqlite', 'postgresql'] as const)('every statement of the migrations for %s', (provider) => {
  it('is understood, so that what it makes is known to belong to the schema', () => {
    const unknown = readMigrations(provider)
      .flatMap(({ name, statements }) => statements.map(({ sql, changes }) => ({ name, sql, changes })))
      .filter(({ sql, changes }) => changes.length === 0 && !NOT_SCHEMA.test(sql))
    expect(unknown).toEqual([])
  })
})

describe('statements', () => {
  it.each([
    ['INSERT INTO a VALUES (\';\', "x;y")', 1],
    ['SELECT 1; -- two; three\nSELECT 2', 2],
    ['DO $migration$ BEGIN; IF x THEN y; END IF; END $migration$; SELECT 1', 2],
    ['CREATE TRIGGER "t" AFTER INSERT ON "a" BEGIN SELECT CASE WHEN 1 THEN 2 END; DELETE FROM b; END; SELECT 1', 2],
    ['/* a; b */ SELECT 1;;\n;', 1],
  ])('%s', (script, count) => {
    expect(readStatements(script)).toHaveLength(count)
  })

  it('one ALTER TABLE with several columns can be made column by column', () => {
    const [statement] = readStatements(
      'ALTER TABLE "a" ADD COLUMN     "b" NUMERIC(5, 2),\nADD COLUMN "c" TEXT, ADD CONSTRAINT "d" UNIQUE ("b", "c");',
    )
    expect(statement?.changes.map(({ kind, name, sql }) => [kind, name, sql])).toEqual([
      ['column', 'a.b', 'ALTER TABLE "a" ADD COLUMN     "b" NUMERIC(5, 2)'],
      ['column', 'a.c', 'ALTER TABLE "a" ADD COLUMN "c" TEXT'],
      ['constraint', 'd', 'ALTER TABLE "a" ADD CONSTRAINT "d" UNIQUE ("b", "c")'],
    ])
  })

  it('one that is not known in all its parts changes nothing that is known', () => {
    expect(readStatements('ALTER TABLE a ADD COLUMN b TEXT, ALTER COLUMN c SET NOT NULL')[0]?.changes).toEqual([])
  })
})
