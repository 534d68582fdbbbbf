import { ApiError } from '../../errors.ts'
import { MAX_ID, MAX_INTEGER } from '../../fields/choice.ts'
import type { ModelAdmin } from './declaration.ts'

export const notFound = () => new ApiError(404, { detail: 'Not found.' })

/** The largest id that a model's key takes. */
export const maxIdOf = ({ key }: Pick<ModelAdmin, 'key'>): number => key.max ?? MAX_INTEGER

/** The id that an address names; null when it can be none. @param most the largest one that the column takes */
export function readObjectId(value: string | number | undefined, most = MAX_ID): number | null {
  const id = /^\d{1,16}$/.test(String(value)) ? Number(value) : Number.NaN
  return id >= 1 && id <= most ? id : null
}

/** @throws ApiError 404 */
export function requireObjectId(value: string | undefined, most = MAX_ID): number {
  const id = readObjectId(value, most)
  if (id === null) throw notFound()
  return id
}

type ConflictCode =
  | 'last_superuser'
  | 'own_account'
  | 'own_session'
  | 'no_second_factor'
  | 'user_inactive'
  | 'already_confirmed'
  | 'email_limit_reached'
  | 'mail_sent'
  | 'mail_waiting'
  | 'email_link_expired'

/** 409: the state of things is against it. A form says so where it was tried. */
export const conflict = (code: ConflictCode, detail: string) => new ApiError(409, { detail, code })
