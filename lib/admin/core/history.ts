/** The history of what staff changed: Django's log entries, as Django writes and words them, with what the audit log knows besides. */
import { AUDIT_EVENT_NAMES, auditEvents } from '../../audit/events.ts'
import { database, type LogEntryWhere, type Transaction } from '../../db/client.ts'
import { truncate } from '../../fields/text.ts'
import type { ModelAdmin } from './declaration.ts'
import type { FieldChanges } from './read-object.ts'

interface Entry {
  id: number
  actionTime: Date
  userId: number
  objectId: string | null
}

interface AuditDetails {
  requestId: string
  changes: FieldChanges
}

const IN_HISTORY = AUDIT_EVENT_NAMES.filter((name) => auditEvents[name].inHistory)

/**
 * By the log entry's id, which the event of the same change names. Older events do not: those are of the same moment, actor and
 * object as their entry.
 */
async function auditEventsFor(entries: Entry[]): Promise<Map<number, AuditDetails>> {
  if (entries.length === 0) return new Map()
  const rows = await database().auditEvent.findMany({
    where: {
      at: { in: entries.map(({ actionTime }) => actionTime) },
      actorId: { in: [...new Set(entries.map(({ userId }) => userId))] },
      event: { in: IN_HISTORY },
    },
  })
  const keyOf = (at: Date, actor: number | null, object: string) => `${at.getTime()} ${actor} ${object}`
  const told = new Map<string, AuditDetails>()
  const byEntry = new Map<number, AuditDetails>()
  for (const { at, actorId, subjectId, requestId, detail, logEntryId } of rows) {
    const { group, object = group, changes = {} } = JSON.parse(detail) as { group?: number; object?: number; changes?: FieldChanges }
    if (logEntryId === null) told.set(keyOf(at, actorId, String(object ?? subjectId)), { requestId, changes })
    else byEntry.set(logEntryId, { requestId, changes })
  }
  return new Map(
    entries.flatMap(({ id, actionTime, userId, objectId }) => {
      const found = byEntry.get(id) ?? told.get(keyOf(actionTime, userId, String(objectId)))
      return found ? [[id, found] as const] : []
    }),
  )
}

export type Model = Pick<ModelAdmin, 'appLabel' | 'model'>

const ADDITION = 1
const CHANGE = 2
const DELETION = 3

/** Longest object_repr, in characters. */
const REPR_LENGTH = 200

interface Subject {
  id: number | string
  /** What Python's str() makes of it: an account's address, a group's name. */
  repr: string
}

/** @returns the entry's id, for the audit event of the same change */
async function log(
  tx: Transaction,
  { appLabel, model }: Model,
  actorId: number,
  { id, repr }: Subject,
  flag: number,
  message: string,
  now: Date,
): Promise<number> {
  const type = await tx.contentType.findUnique({ where: { appLabel_model: { appLabel, model } }, select: { id: true } })
  const objectRepr = truncate(repr, REPR_LENGTH)
  const { id: entryId } = await tx.logEntry.create({
    data: {
      actionTime: now,
      userId: actorId,
      contentTypeId: type?.id ?? null,
      objectId: String(id),
      objectRepr,
      actionFlag: flag,
      changeMessage: message,
    },
    select: { id: true },
  })
  return entryId
}

export const logAddition = (tx: Transaction, model: Model, actorId: number, subject: Subject, now: Date) =>
  log(tx, model, actorId, subject, ADDITION, '[{"added": {}}]', now)

/** @param fields the labels of what was changed (Django's construct_change_message) */
export const logChange = (tx: Transaction, model: Model, actorId: number, subject: Subject, fields: string[], now: Date) =>
  log(tx, model, actorId, subject, CHANGE, `[{"changed": {"fields": [${fields.map((field) => JSON.stringify(field)).join(', ')}]}}]`, now)

/** Without a message, as Django's log_deletion: `deleted` with nothing in it is what its history page cannot show. */
export const logDeletion = (tx: Transaction, model: Model, actorId: number, subject: Subject, now: Date) =>
  log(tx, model, actorId, subject, DELETION, '', now)

export interface HistoryEntry {
  id: number
  /** ISO 8601, UTC. */
  at: string
  actor: { id: number; email: string } | null
  flag: 1 | 2 | 3
  /** What it was called at the time. */
  object: string
  objectId: string | null
  /** Which model it is of, as `app.model`. */
  model: string | null
  /** "Added.", "Changed Email address and Staff status." */
  words: string
  /** Of the request that did it; null where the audit log does not say, as for what Django wrote. */
  requestId: string | null
  /** From what to what, by the name of the field, where the audit log says that. */
  changes: FieldChanges
}

const listWords = (words: string[]) => (words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`)

/** A change message in words (LogEntry.get_change_message): JSON of Django's, or the text that older versions wrote. */
export function messageWords(message: string, flag: number): string {
  if (flag === DELETION && message === '') return 'Deleted.'
  if (!message.startsWith('[')) return message === '' ? 'No fields changed.' : message
  try {
    const parts = (JSON.parse(message) as Record<string, { name?: string; object?: string; fields?: string[] }>[]).map((part) => {
      const [[verb = '', { name, object, fields = [] }] = ['', {}]] = Object.entries(part)
      const of = name === undefined ? '' : ` ${name} “${object}”`
      if (verb === 'changed') return `Changed ${listWords(fields.map(String))}${of === '' ? '' : ` for${of}`}.`
      return `${verb.charAt(0).toUpperCase()}${verb.slice(1)}${of}.`
    })
    return parts.length > 0 ? parts.join(' ') : 'No fields changed.'
  } catch {
    return message
  }
}

interface HistoryFilter {
  /** From 1. */
  page?: number
  /** Only by this account. */
  actorId?: number | undefined
  /** Only where this field was changed, by its label. */
  field?: string | undefined
  /** Only later ones than this entry. */
  after?: number
}

async function entries(where: LogEntryWhere, limit: number, page = 1): Promise<HistoryEntry[]> {
  const rows = await database().logEntry.findMany({
    where,
    orderBy: { id: 'desc' },
    take: limit,
    skip: (page - 1) * limit,
    include: { user: { select: { id: true, email: true } }, contentType: true },
  })
  const events = await auditEventsFor(rows)
  return rows.map((row) => ({
    id: row.id,
    at: row.actionTime.toISOString(),
    actor: row.user,
    flag: row.actionFlag as HistoryEntry['flag'],
    object: row.objectRepr,
    objectId: row.objectId,
    model: row.contentType && `${row.contentType.appLabel}.${row.contentType.model}`,
    words: messageWords(row.changeMessage, row.actionFlag),
    ...(events.get(row.id) ?? { requestId: null, changes: {} }),
  }))
}

/** Entries of a page of an object's history. */
export const HISTORY_PAGE = 100

/** As it stands in a change message. */
const inMessage = (field: string) => `"${JSON.stringify(field).slice(1, -1)}"`

/** An object's history, the newest first. */
export async function historyOf(
  { appLabel, model }: Model,
  id: number | string,
  { page = 1, actorId, field, after }: HistoryFilter = {},
): Promise<HistoryEntry[]> {
  const where = {
    contentType: { appLabel, model },
    objectId: String(id),
    ...(actorId !== undefined && { userId: actorId }),
    ...(field !== undefined && { actionFlag: CHANGE, changeMessage: { contains: inMessage(field) } }),
    ...(after !== undefined && { id: { gt: after } }),
  }
  return entries(where, HISTORY_PAGE, page)
}

/** Who ever did something to an object, by their addresses. */
export async function actorsOf({ appLabel, model }: Model, id: number | string): Promise<{ id: number; email: string }[]> {
  const logEntries = { some: { contentType: { appLabel, model }, objectId: String(id) } }
  return database().user.findMany({ where: { logEntries }, select: { id: true, email: true }, orderBy: { email: 'asc' } })
}

/** What a staff member did last (Django's "Recent actions"). */
export const recentActions = (userId: number, limit = 10): Promise<HistoryEntry[]> => entries({ userId }, limit)
