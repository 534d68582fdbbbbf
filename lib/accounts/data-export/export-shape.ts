/** What readers.ts reads, as the API's description has it. */
import * as z from 'zod/mini'
import { exportedUserShape } from '../../users/user-shapes.ts'

const time = z.iso.datetime()
const maybeTime = z.nullable(time)
const maybeText = z.nullable(z.string())

export const exportShape = z
  .object({
    exported_at: time,
    profile: exportedUserShape,
    groups: z.array(z.string()),
    permissions: z.array(z.string()),
    sessions: z.array(
      z.object({
        kind: z.string(),
        ip_address: maybeText,
        user_agent: z.string(),
        created_at: time,
        last_used_at: time,
        authenticated_at: maybeTime,
        expires_at: time,
        ended_at: maybeTime,
        end_reason: maybeText,
      }),
    ),
    known_devices: z.array(z.object({ first_seen_at: time, last_seen_at: time })),
    refresh_tokens: z.array(z.object({ created_at: maybeTime, expires_at: time, blacklisted_at: maybeTime })),
    mailed_links: z.array(z.object({ purpose: z.string(), email: z.string(), created_at: time, expires_at: time, used_at: maybeTime })),
    letters: z.array(z.object({ kind: z.string(), to: z.string(), subject: z.string(), created_at: time, sent_at: maybeTime })),
    security_events: z.array(
      z.object({
        at: time,
        event: z.string(),
        outcome: z.string(),
        ip_address: maybeText,
        user_agent: maybeText,
        detail: z.record(z.string(), z.unknown()),
      }),
    ),
    list_columns: z.array(z.object({ list: z.string(), columns: z.array(z.string()) })),
    admin_log: z.array(
      z.object({ action_time: time, action_flag: z.int(), model: maybeText, object: z.string(), change_message: z.string() }),
    ),
  })
  .register(z.globalRegistry, { id: 'AccountExport' })
