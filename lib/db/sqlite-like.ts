/** LIKE as PostgreSQL understands it. */
import type { SqlQuery } from '@prisma/driver-adapter-utils'

/** What Prisma makes of `contains`, `startsWith` and `endsWith`. */
const LIKE = / LIKE \((?:'%' \|\| )?\?(?: \|\| '%')?\)/g

/** Prisma's LIKE with a backslash as its escape character, which it is in PostgreSQL anyway. */
export const withEscape = (query: SqlQuery): SqlQuery => ({ ...query, sql: query.sql.replace(LIKE, "$& ESCAPE '\\'") })
