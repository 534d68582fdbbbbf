import type { User } from '../../db/client.ts'
import type { Result } from '../../http/endpoint.ts'
import { entityTag } from '../../http/entity-tag.ts'
import { ownUser } from '../../users/public-user.ts'

/** An account as its owner is answered it, with the tag by which they can ask for it again and change it. */
export function ownAccount(user: User): Result {
  const body = ownUser(user)
  return { body, headers: { ETag: entityTag(body) } }
}
