/** The kinds of requests that are counted, each with its own limits. */
export type PolicyName =
  | 'login'
  | 'signup'
  | 'refresh'
  /** Codes and links of every kind that are tried. */
  | 'confirm'
  /** A letter with a new code or link, asked for by anyone. */
  | 'resend'
  | 'reset'
  /** Changes that ask for the password again. */
  | 'change'
