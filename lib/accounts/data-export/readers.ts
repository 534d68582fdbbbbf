/** What is kept about an account besides its own row: a reader for each table, naming every column that it hands out. */
import { database } from '../../db/client.ts'
import { readNames } from '../../fields/choice.ts'

/** Rows read at once, so that no statement takes long however much there is. */
const BATCH = 2000

/** All rows of a table, in the order of their ids. */
async function readAll<Row extends { id: number }>(read: (after: number) => Promise<Row[]>): Promise<Omit<Row, 'id'>[]> {
  const rows: Omit<Row, 'id'>[] = []
  let after = 0
  for (;;) {
    const batch = await read(after)
    for (const { id: _id, ...row } of batch) rows.push(row)
    if (batch.length < BATCH) return rows
    after = batch.at(-1)?.id ?? after
  }
}

const ordered = { orderBy: { id: 'asc' }, take: BATCH } as const

const permissionName = ({ codename, contentType }: { codename: string; contentType: { appLabel: string } }) =>
  `${contentType.appLabel}.${codename}`

export const readers = {
  groups: async (userId: number) => {
    const rows = await database().userGroup.findMany({ where: { userId }, select: { group: { select: { name: true } } } })
    return rows.map(({ group }) => group.name)
  },

  permissions: async (userId: number) => {
    const permission = { select: { codename: true, contentType: { select: { appLabel: true } } } }
    const rows = await database().userPermission.findMany({ where: { userId }, select: { permission } })
    return rows.map((row) => permissionName(row.permission))
  },

  sessions: async (userId: number) => {
    const rows = await database().session.findMany({ where: { userId }, orderBy: { createdAt: 'asc' } })
    return rows.map((row) => ({
      kind: row.kind,
      ip_address: row.ipAddress,
      user_agent: row.userAgent,
      created_at: row.createdAt,
      last_used_at: row.lastUsedAt,
      authenticated_at: row.authenticatedAt,
      expires_at: row.expiresAt,
      ended_at: row.endedAt,
      end_reason: row.endReason,
    }))
  },

  known_devices: async (userId: number) => {
    const rows = await database().knownDevice.findMany({ where: { userId }, orderBy: { id: 'asc' } })
    return rows.map(({ createdAt, lastSeenAt }) => ({ first_seen_at: createdAt, last_seen_at: lastSeenAt }))
  },

  refresh_tokens: (userId: number) =>
    readAll(async (after) => {
      const rows = await database().outstandingToken.findMany({
        where: { userId, id: { gt: after } },
        include: { blacklisted: true },
        ...ordered,
      })
      return rows.map(({ id, createdAt, expiresAt, blacklisted }) => {
        return { id, created_at: createdAt, expires_at: expiresAt, blacklisted_at: blacklisted?.blacklistedAt ?? null }
      })
    }),

  mailed_links: (userId: number) =>
    readAll(async (after) => {
      const rows = await database().oneTimeToken.findMany({ where: { userId, id: { gt: after } }, ...ordered })
      return rows.map(({ id, purpose, email, createdAt, expiresAt, usedAt }) => {
        return { id, purpose, email, created_at: createdAt, expires_at: expiresAt, used_at: usedAt }
      })
    }),

  letters: (userId: number) =>
    readAll(async (after) => {
      const select = { id: true, kind: true, recipient: true, subject: true, createdAt: true, sentAt: true }
      const rows = await database().outboxMail.findMany({ where: { userId, id: { gt: after } }, select, ...ordered })
      return rows.map(({ id, kind, recipient, subject, createdAt, sentAt }) => {
        return { id, kind, to: recipient, subject, created_at: createdAt, sent_at: sentAt }
      })
    }),

  security_events: (userId: number) =>
    readAll(async (after) => {
      const rows = await database().auditEvent.findMany({ where: { subjectId: userId, id: { gt: after } }, ...ordered })
      return rows.map(({ id, at, event, outcome, ipAddress, userAgent, detail }) => {
        return { id, at, event, outcome, ip_address: ipAddress, user_agent: userAgent, detail: JSON.parse(detail) as unknown }
      })
    }),

  list_columns: async (userId: number) => {
    const rows = await database().listColumns.findMany({ where: { userId }, orderBy: { list: 'asc' } })
    return rows.map(({ list, columns }) => ({ list, columns: readNames(columns) }))
  },

  admin_log: (userId: number) =>
    readAll(async (after) => {
      const rows = await database().logEntry.findMany({ where: { userId, id: { gt: after } }, include: { contentType: true }, ...ordered })
      return rows.map(({ id, actionTime, actionFlag, objectRepr, changeMessage, contentType }) => {
        const model = contentType && `${contentType.appLabel}.${contentType.model}`
        return { id, action_time: actionTime, action_flag: actionFlag, model, object: objectRepr, change_message: changeMessage }
      })
    }),
}

export type Readers = typeof readers
