/**
 * The tables that hold something about an account, each declared once: deletion, the page that asks before it, the export and
 * its description read this list. A table that only the database's foreign keys know is handled as those say (references.ts).
 */
import * as z from 'zod/mini'
import { database } from '../db/client.ts'
import { exportedSessionShape, exportSessions } from './export-sessions.ts'
import { ownedCredentials } from './owned-credentials.ts'
import { ownedExternalAccounts } from './owned-external-accounts.ts'
import { byId, type OwnedTable, ordered } from './owned-table.ts'

const time = z.iso.datetime()
const maybeTime = z.nullable(time)
const maybeText = z.nullable(z.string())

const aboutAccount = (userId: number) => ({ contentType: { appLabel: 'accounts', model: 'user' }, objectId: String(userId) })
const permissionSelect = { select: { codename: true, contentType: { select: { appLabel: true } } } } as const

export const ownedTables: readonly OwnedTable[] = [
  {
    table: 'accounts_user_groups',
    column: 'user_id',
    label: 'Group memberships',
    onDelete: 'delete',
    export: {
      name: 'groups',
      shape: z.string(),
      read: byId(
        (userId, after) =>
          database().userGroup.findMany({
            where: { userId, id: { gt: after } },
            include: { group: { select: { name: true } } },
            ...ordered,
          }),
        ({ group }) => group.name,
      ),
    },
  },
  {
    table: 'accounts_user_user_permissions',
    column: 'user_id',
    label: 'Permissions',
    onDelete: 'delete',
    export: {
      name: 'permissions',
      shape: z.string(),
      read: byId(
        (userId, after) =>
          database().userPermission.findMany({
            where: { userId, id: { gt: after } },
            include: { permission: permissionSelect },
            ...ordered,
          }),
        ({ permission }) => `${permission.contentType.appLabel}.${permission.codename}`,
      ),
    },
  },
  {
    // Before the sessions that it names. Django's SET_NULL: refresh tokens stay, blacklisted and without an owner.
    table: 'token_blacklist_outstandingtoken',
    column: 'user_id',
    label: 'Refresh tokens',
    onDelete: 'set null',
    emptied: ['session_id'],
    export: {
      name: 'refresh_tokens',
      shape: z.object({ created_at: maybeTime, expires_at: time, blacklisted_at: maybeTime }),
      read: byId(
        (userId, after) =>
          database().outstandingToken.findMany({ where: { userId, id: { gt: after } }, include: { blacklisted: true }, ...ordered }),
        ({ createdAt, expiresAt, blacklisted }) => ({
          created_at: createdAt,
          expires_at: expiresAt,
          blacklisted_at: blacklisted?.blacklistedAt ?? null,
        }),
      ),
    },
  },
  {
    table: 'accounts_session',
    column: 'user_id',
    label: 'Sessions',
    onDelete: 'delete',
    export: { name: 'sessions', shape: exportedSessionShape, read: exportSessions },
  },
  {
    table: 'accounts_pendinglogin',
    column: 'user_id',
    label: 'Unfinished sign-ins',
    onDelete: 'delete',
    export: {
      name: 'unfinished_sign_ins',
      shape: z.object({ kind: z.string(), created_at: time, expires_at: time, used_at: maybeTime }),
      read: byId(
        (userId, after) => database().pendingLogin.findMany({ where: { userId, id: { gt: after } }, ...ordered }),
        ({ kind, createdAt, expiresAt, usedAt }) => ({ kind, created_at: createdAt, expires_at: expiresAt, used_at: usedAt }),
      ),
    },
  },
  ...ownedCredentials,
  ...ownedExternalAccounts,
  {
    table: 'accounts_onetimetoken',
    column: 'user_id',
    label: 'Links and codes sent by email',
    onDelete: 'delete',
    export: {
      name: 'mailed_links',
      shape: z.object({ purpose: z.string(), email: z.string(), created_at: time, expires_at: time, used_at: maybeTime }),
      read: byId(
        (userId, after) => database().oneTimeToken.findMany({ where: { userId, id: { gt: after } }, ...ordered }),
        ({ purpose, email, createdAt, expiresAt, usedAt }) => ({
          purpose,
          email,
          created_at: createdAt,
          expires_at: expiresAt,
          used_at: usedAt,
        }),
      ),
    },
  },
  {
    table: 'accounts_knowndevice',
    column: 'user_id',
    label: 'Known devices',
    onDelete: 'delete',
    export: {
      name: 'known_devices',
      shape: z.object({ first_seen_at: time, last_seen_at: time }),
      read: byId(
        (userId, after) => database().knownDevice.findMany({ where: { userId, id: { gt: after } }, ...ordered }),
        ({ createdAt, lastSeenAt }) => ({ first_seen_at: createdAt, last_seen_at: lastSeenAt }),
      ),
    },
  },
  {
    table: 'accounts_outboxmail',
    column: 'user_id',
    label: 'Emails',
    onDelete: 'delete',
    export: {
      name: 'emails',
      shape: z.object({ kind: z.string(), to: z.string(), subject: z.string(), created_at: time, sent_at: maybeTime }),
      read: byId(
        (userId, after) => {
          const select = { id: true, kind: true, recipient: true, subject: true, createdAt: true, sentAt: true }
          return database().outboxMail.findMany({ where: { userId, id: { gt: after } }, select, ...ordered })
        },
        ({ kind, recipient, subject, createdAt, sentAt }) => ({ kind, to: recipient, subject, created_at: createdAt, sent_at: sentAt }),
      ),
    },
  },
  {
    table: 'accounts_listcolumns',
    column: 'user_id',
    label: 'Lists with chosen columns',
    onDelete: 'delete',
    export: {
      name: 'list_columns',
      shape: z.object({ list: z.string(), columns: z.array(z.string()) }),
      // Unused since 0.2.0: at most one row for each list of the admin area.
      read: async function* (userId) {
        const rows = await database().listColumns.findMany({ where: { userId }, orderBy: { list: 'asc' } })
        yield rows.map(({ list, columns }) => ({ list, columns: columns.split(',') }))
      },
    },
  },
  {
    table: 'django_admin_log',
    column: 'user_id',
    label: 'Log entries',
    onDelete: 'delete',
    export: {
      name: 'admin_log',
      shape: z.object({ action_time: time, action_flag: z.int(), model: maybeText, object: z.string(), change_message: z.string() }),
      read: byId(
        (userId, after) =>
          database().logEntry.findMany({ where: { userId, id: { gt: after } }, include: { contentType: true }, ...ordered }),
        ({ actionTime, actionFlag, objectRepr, changeMessage, contentType }) => ({
          action_time: actionTime,
          action_flag: actionFlag,
          model: contentType && `${contentType.appLabel}.${contentType.model}`,
          object: objectRepr,
          change_message: changeMessage,
        }),
      ),
    },
  },
  {
    table: 'django_admin_log',
    column: 'object_id',
    label: 'Log entries about the account',
    onDelete: 'keep',
    reason: 'what staff did is theirs, and Django keeps it, too',
    // Django names an account by its address. The audit log remembers that for as long as it remembers anything.
    forget: (tx, userId) => tx.logEntry.updateMany({ where: aboutAccount(userId), data: { objectRepr: `#${userId}` } }),
    export: {
      name: 'admin_history',
      shape: z.object({ action_time: time, action_flag: z.int(), object: z.string(), change_message: z.string() }),
      read: byId(
        (userId, after) => database().logEntry.findMany({ where: { ...aboutAccount(userId), id: { gt: after } }, ...ordered }),
        ({ actionTime, actionFlag, objectRepr, changeMessage }) => ({
          action_time: actionTime,
          action_flag: actionFlag,
          object: objectRepr,
          change_message: changeMessage,
        }),
      ),
    },
  },
  {
    table: 'accounts_auditevent',
    column: 'subject_id',
    label: 'Security events',
    onDelete: 'keep',
    reason: 'the security log outlives the account, for AUDIT_RETENTION',
    export: {
      name: 'security_events',
      shape: z.object({
        at: time,
        event: z.string(),
        outcome: z.string(),
        ip_address: maybeText,
        user_agent: maybeText,
        detail: z.record(z.string(), z.unknown()),
      }),
      read: byId(
        (userId, after) => database().auditEvent.findMany({ where: { subjectId: userId, id: { gt: after } }, ...ordered }),
        ({ at, event, outcome, ipAddress, userAgent, detail }) => ({
          at,
          event,
          outcome,
          ip_address: ipAddress,
          user_agent: userAgent,
          detail: JSON.parse(detail) as unknown,
        }),
      ),
    },
  },
  {
    table: 'accounts_auditevent',
    column: 'actor_id',
    label: 'Actions in the security log',
    onDelete: 'keep',
    reason: 'the security log outlives the account, for AUDIT_RETENTION; what staff did to others is about those',
    export: null,
  },
]
