/**
 * The errors that become answers. Everything a client can cause is one of these; anything else is a fault of ours and
 * answers 500 without a word of detail.
 */

/**
 * What is wrong with a field, as `code` or `code:parameter` (`required`, `max_length:255`, `unique:email`).
 * The API's texts (lib/http/messages.ts) and the pages' texts (app/_ui/messages.ts) are both looked up by it.
 */
export type ErrorCode = string

/** Error codes by field name, in the order of the fields; `non_field_errors` for what belongs to no field. */
export type FieldErrors = Record<string, ErrorCode[]>

/** An answer other than success. `body` is sent as it is. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly body: { detail: string; code?: string } & Record<string, unknown>,
    readonly headers: Record<string, string> = {},
  ) {
    super(body.detail)
    this.name = 'ApiError'
  }
}

/** 400 with messages by field (Django REST framework's ValidationError). */
export class ValidationFailed extends Error {
  /** @param page where a browser's form shows it, if that is not the form's own page */
  constructor(
    readonly errors: FieldErrors,
    readonly page?: string,
  ) {
    super('the input is not valid')
    this.name = 'ValidationFailed'
  }
}

/** A token that is not accepted; `message` is Simple JWT's own wording. */
export class TokenError extends Error {
  constructor(
    message:
      | 'Token is invalid or expired'
      | "Token has no 'exp' claim"
      | "Token has no 'refresh_exp' claim"
      | "Token 'refresh_exp' claim has expired"
      | 'Token has no id'
      | 'Token has no type'
      | 'Token has wrong type'
      | 'Token is blacklisted',
  ) {
    super(message)
    this.name = 'TokenError'
  }
}

/** What a client that meets an unreachable database is told to wait, in seconds. */
export const DATABASE_RETRY_AFTER = 2

/** 503: the service cannot do this now. `retryAfter` in seconds. */
export class ServiceUnavailable extends ApiError {
  constructor(code: 'overloaded' | 'database_unavailable', retryAfter: number) {
    super(503, { detail: 'The service is busy or not available. Try again later.', code }, { 'Retry-After': String(retryAfter) })
    this.name = 'ServiceUnavailable'
  }
}

/** Rows of a table that keep something from being deleted. */
export interface Referring {
  table: string
  /** Null where only the database's refusal is known. */
  count: number | null
}

/** 409: rows of other tables refer to what is to be deleted, and their foreign keys forbid it. */
export class StillReferenced extends ApiError {
  /** `2 rows of shop_order, 1 row of notes_note`. */
  readonly rows: string

  constructor(readonly references: readonly Referring[]) {
    const rows = references.map(({ table, count }) => `${count ?? 'some'} ${count === 1 ? 'row' : 'rows'} of ${table}`).join(', ')
    super(409, {
      detail: `This cannot be deleted because of rows that refer to it: ${rows}.`,
      code: 'still_referenced',
      references,
    })
    this.name = 'StillReferenced'
    this.rows = rows
  }
}

/** @param affected the rows that a deletion affects @throws StillReferenced where some of them forbid it */
export function requireUnreferenced(affected: readonly (Referring & { effect: string })[]): void {
  const refusing = affected.filter(({ effect }) => effect === 'refuse')
  if (refusing.length > 0) throw new StillReferenced(refusing.map(({ table, count }) => ({ table, count })))
}

/** 403: requires recent authentication. A browser is redirected to the page that asks for the password. */
export class ReauthenticationRequired extends ApiError {
  constructor() {
    super(403, { detail: 'Enter your password again to do this.', code: 'reauthentication_required' })
    this.name = 'ReauthenticationRequired'
  }
}

/** 403: not for this account, in Django REST framework's words. */
export class PermissionDenied extends ApiError {
  constructor() {
    super(403, { detail: 'You do not have permission to perform this action.' })
    this.name = 'PermissionDenied'
  }
}

/** 409: a form was sent from a page of another account than the one that is signed in by now. Only forms are answered so. */
export class OtherAccount extends ApiError {
  /** @param email of the account that is signed in */
  constructor(readonly email: string) {
    super(409, { detail: 'The form belongs to another account.', code: 'other_account' })
    this.name = 'OtherAccount'
  }
}

/** 429: too often (Django REST framework's Throttled, with its words). `retryAfter` in whole seconds. */
export class Throttled extends ApiError {
  /** @param violated the limits that refused it, as `RateLimit-Policy` names them */
  constructor(
    readonly retryAfter: number,
    readonly violated: readonly string[] = [],
  ) {
    const detail = `Request was throttled. Expected available in ${retryAfter} second${retryAfter === 1 ? '' : 's'}.`
    super(429, { detail }, { 'Retry-After': String(retryAfter) })
    this.name = 'Throttled'
  }
}

/** What work yields in time; later its outcome is ignored. @param milliseconds longest to wait @throws late() */
export async function withinTime<Result>(work: Promise<Result>, milliseconds: number, late: () => Error): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), milliseconds)
  })
  try {
    return await Promise.race([work, timeout])
  } finally {
    clearTimeout(timer)
    work.catch(() => {})
  }
}
