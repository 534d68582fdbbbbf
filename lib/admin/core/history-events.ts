/** What the audit log knows of a log entry besides what Django writes there. */
import { AUDIT_EVENT_NAMES, auditEvents } from '../../audit/events.ts'
import { database } from '../../db/client.ts'
import type { FieldChanges } from './field-changes.ts'

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
export async function auditEventsFor(entries: Entry[]): Promise<Map<number, AuditDetails>> {
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
