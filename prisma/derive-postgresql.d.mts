export function derivePostgresqlSchema(source: string): string
export function toBigint(sql: string, source: string): string
