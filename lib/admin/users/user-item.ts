/** What the admin area shows of an account, field by field: the stored hash never leaves the server (AZ-3). */
import type { User } from '../../db/client.ts'

/** An account as the list shows it. */
export interface UserItem {
  id: number
  email: string
  name: string
  phone: string
  username: string
  first_name: string
  last_name: string
  is_active: boolean
  is_staff: boolean
  is_superuser: boolean
  email_verified: boolean
  /** ISO 8601, UTC. */
  last_login: string | null
  date_joined: string
}

export const userItem = (user: User): UserItem => ({
  id: user.id,
  email: user.email,
  name: user.name,
  phone: user.phone,
  username: user.username,
  first_name: user.firstName,
  last_name: user.lastName,
  is_active: user.isActive,
  is_staff: user.isStaff,
  is_superuser: user.isSuperuser,
  email_verified: user.emailVerifiedAt !== null,
  last_login: user.lastLogin?.toISOString() ?? null,
  date_joined: user.dateJoined.toISOString(),
})
