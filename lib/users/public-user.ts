/** What of an account is shown, field by field, so that nothing else of the row can leave the server. */
import type { User } from '../db/client.ts'

/** The four fields that the tutorial's answers carry. */
export const publicUser = ({ id, email, name, phone }: User) => ({ id, email, name, phone })

/** What a person sees of their own account. */
export const ownUser = (user: User) => ({
  ...publicUser(user),
  username: user.username,
  first_name: user.firstName,
  last_name: user.lastName,
  email_verified: user.emailVerifiedAt !== null,
  is_staff: user.isStaff,
  is_superuser: user.isSuperuser,
  date_joined: user.dateJoined.toISOString(),
  last_login: user.lastLogin?.toISOString() ?? null,
})
