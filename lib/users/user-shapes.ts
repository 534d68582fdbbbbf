/** What publicUser() and ownUser() answer, as the API's description has it. */
import * as z from 'zod/mini'

const publicFields = { id: z.int(), email: z.string(), name: z.string(), phone: z.string() }

export const userShape = z.object(publicFields).register(z.globalRegistry, { id: 'User' })

const ownFields = {
  ...publicFields,
  username: z.string(),
  first_name: z.string(),
  last_name: z.string(),
  email_verified: z.boolean(),
  is_staff: z.boolean(),
  is_superuser: z.boolean(),
  date_joined: z.iso.datetime(),
  last_login: z.nullable(z.iso.datetime()),
}

export const ownUserShape = z.object(ownFields).register(z.globalRegistry, { id: 'OwnUser' })

/** In the account's export besides. */
export const exportedUserShape = z
  .object({
    ...ownFields,
    email_verified_at: z.nullable(z.iso.datetime()),
    phone_e164: z.nullable(z.string()),
    is_active: z.boolean(),
    deletion_due_at: z.nullable(z.iso.datetime()),
  })
  .register(z.globalRegistry, { id: 'ExportedUser' })
