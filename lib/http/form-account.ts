/** The account whose page sent a form: another account that signed in since, in another tab, must not receive its input. */

/** The field that says so, in each form of our own pages; empty without a session. */
export const ACCOUNT_FIELD = '_account'

/** Whether a form was sent from a page of another account. A form that does not say is taken as it is. */
export const isOfOtherAccount = (data: Record<string, unknown>, userId: number): boolean =>
  typeof data[ACCOUNT_FIELD] === 'string' && data[ACCOUNT_FIELD] !== '' && data[ACCOUNT_FIELD] !== String(userId)
