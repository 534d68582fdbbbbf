/**
 * Prisma's schema engine as WebAssembly, from the registry: it writes the SQL between two schema files
 * without the engine binary that Prisma's own CLI downloads, and without a database.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'

let engine

/** Loads the engine once: its bindings are module state, a second instance would corrupt the first. */
async function loadEngine() {
  const bindings = await import('@prisma/schema-engine-wasm/schema_engine_bg')
  const bindingsUrl = import.meta.resolve('@prisma/schema-engine-wasm/schema_engine_bg')
  const wasm = readFileSync(fileURLToPath(new URL('./schema_engine_bg.wasm', bindingsUrl)))
  const instance = new WebAssembly.Instance(new WebAssembly.Module(wasm), { './schema_engine_bg.js': bindings })
  bindings.__wbg_set_wasm(instance.exports)
  instance.exports.__wbindgen_start()
  return bindings.SchemaEngine
}

/**
 * A stub for the database: comparing two schema files asks SQLite nothing,
 * and PostgreSQL only for its version (column types 5, 7, 0: boolean, text, int32).
 */
async function adapterFor(provider) {
  if (provider === 'sqlite') {
    const { PrismaLibSql } = await import('@prisma/adapter-libsql')
    return new PrismaLibSql({ url: ':memory:' })
  }
  const identity = { provider: 'postgres', adapterName: 'schema-diff' }
  const version = {
    columnNames: ['exists', 'version', 'numeric_version'],
    columnTypes: [5, 7, 0],
    rows: [[true, 'PostgreSQL 15.0', 150000]],
  }
  const refuse = async () => {
    throw new Error('comparing schema files runs no statement')
  }
  const connection = {
    ...identity,
    getConnectionInfo: () => ({ supportsRelationJoins: true }),
    queryRaw: async () => version,
    executeRaw: refuse,
    executeScript: refuse,
    startTransaction: refuse,
    dispose: async () => {},
  }
  return { ...identity, connect: async () => connection, connectToShadowDb: async () => connection }
}

/**
 * The SQL that takes a database from one schema to another.
 * @param {'sqlite' | 'postgresql'} provider
 * @param {string | null} from schema text, null for an empty database
 * @param {string} to schema text
 * @returns {Promise<string>} SQL statements; the empty string when nothing differs
 */
export async function schemaDiff(provider, from, to) {
  engine ??= loadEngine()
  const SchemaEngine = await engine
  const adapter = bindMigrationAwareSqlAdapterFactory(await adapterFor(provider))
  const session = await SchemaEngine.new({ datamodels: [['schema.prisma', to]] }, () => {}, adapter)
  const datamodel = (content) => ({
    tag: 'schemaDatamodel',
    files: [{ path: 'schema.prisma', content }],
    configDir: '.',
  })
  const { stdout } = await session.diff({
    from: from === null ? { tag: 'empty' } : datamodel(from),
    to: datamodel(to),
    script: true,
    exitCode: null,
    shadowDatabaseUrl: null,
    filters: { externalTables: [], externalEnums: [] },
  })
  return /^-- This is an empty migration/.test(stdout.trim()) ? '' : stdout
}
