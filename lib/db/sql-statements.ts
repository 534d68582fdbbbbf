/** Reads migration files statement by statement: what each one makes or drops. */

/** What a statement does to the schema. `name` is unique within its kind, except that columns are named `table.column`. */
export interface SchemaChange {
  action: 'create' | 'drop'
  kind: 'table' | 'column' | 'constraint' | 'index' | 'function' | 'trigger' | 'contents'
  name: string
  /** The table it belongs to; empty for functions. */
  table: string
  /** Makes it alone, without what else its statement makes. */
  sql: string
}

export interface Statement {
  sql: string
  /** Empty for a statement that changes rows, or that this module does not know. */
  changes: SchemaChange[]
}

const TOKEN = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|(\$\w*\$)[\s\S]*?\1|\b\w+\b|[\s\S]/g

/** Splits a script at its semicolons: not those in comments, quotes, dollar quotes and the bodies of SQLite's triggers. */
export function readStatements(script: string): Statement[] {
  const statements: string[] = []
  let current = ''
  let depth = 0
  for (const [token] of script.matchAll(TOKEN)) {
    if (/^(--|\/\*)/.test(token)) continue
    if (/^\s*CREATE TRIGGER/i.test(current)) {
      if (/^(BEGIN|CASE)$/i.test(token)) depth++
      if (/^END$/i.test(token)) depth--
    }
    if (token === ';' && depth === 0) {
      statements.push(current)
      current = ''
    } else current += token
  }
  return [...statements, current]
    .map((sql) => sql.trim())
    .filter(Boolean)
    .map((sql) => ({ sql, changes: changesOf(sql) }))
}

const PATTERNS: [pattern: RegExp, action: SchemaChange['action'], kind: SchemaChange['kind']][] = [
  [/^CREATE (?:VIRTUAL )?TABLE (?:IF NOT EXISTS )?"?(?<name>\w+)"?/i, 'create', 'table'],
  [/^DROP TABLE (?:IF EXISTS )?"?(?<name>\w+)"?/i, 'drop', 'table'],
  [/^CREATE (?:UNIQUE )?INDEX (?:IF NOT EXISTS )?"?(?<name>\w+)"? ON "?(?<table>\w+)"?/i, 'create', 'index'],
  [/^DROP INDEX (?:IF EXISTS )?"?(?<name>\w+)"?/i, 'drop', 'index'],
  [/^CREATE TRIGGER "?(?<name>\w+)"?[\s\S]*? ON "?(?<table>\w+)"?/i, 'create', 'trigger'],
  [/^DROP TRIGGER (?:IF EXISTS )?"?(?<name>\w+)"?/i, 'drop', 'trigger'],
  [/^CREATE (?:OR REPLACE )?FUNCTION "?(?<name>\w+)"?/i, 'create', 'function'],
  // FTS5's command that rebuilds an index from its table.
  [/^INSERT INTO "?(?<name>\w+)"? \("?\k<name>"?\) VALUES \('rebuild'\)/i, 'create', 'contents'],
]

function changesOf(sql: string): SchemaChange[] {
  for (const [pattern, action, kind] of PATTERNS) {
    const { name = '', table } = pattern.exec(sql)?.groups ?? {}
    if (name) return [{ action, kind, name, table: table ?? (kind === 'function' ? '' : name), sql }]
  }
  const [, table, body = ''] = /^ALTER TABLE "?(\w+)"?\s+([\s\S]*)$/i.exec(sql) ?? []
  if (!table) return []
  const changes = body.split(/,\s*(?=(?:ADD|DROP|ALTER|RENAME)\s)/i).map((part) => alteration(table, part))
  return changes.every((change) => change !== null) ? changes : []
}

function alteration(table: string, part: string): SchemaChange | null {
  const [, verb = '', kind = '', name = ''] = /^(ADD|DROP) (COLUMN|CONSTRAINT)\s+"?(\w+)"?/i.exec(part) ?? []
  if (!name) return null
  const column = kind.toUpperCase() === 'COLUMN'
  return {
    action: verb.toUpperCase() === 'ADD' ? 'create' : 'drop',
    kind: column ? 'column' : 'constraint',
    name: column ? `${table}.${name}` : name,
    table,
    sql: `ALTER TABLE "${table}" ${part}`,
  }
}
