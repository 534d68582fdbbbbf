/** The emails about a sign-up that comes to nothing; the page says the same as to one that succeeds (SU-6). */

import type { EmailContent } from '../../mail/render-email.ts'
import { settings } from '../../settings.ts'
import { LOGIN_PAGE, SIGNUP_PAGE } from '../../web/routes.ts'

/** To the owner of an existing account, after a sign-up with its email. */
export function alreadyRegistered(): EmailContent {
  const { APP_NAME } = settings()
  return {
    subject: `You already have an account at ${APP_NAME}`,
    preheader: 'Someone tried to sign up with this address. Nothing was changed.',
    heading: 'You already have an account',
    paragraphs: [
      `Someone tried to create an account at ${APP_NAME} with this address, which already has one. Nothing was changed.`,
      'If it was you, sign in with your existing password. If you don’t remember it, reset it from the sign-in page.',
    ],
    action: { label: 'Sign in', page: LOGIN_PAGE },
    closing: 'If it wasn’t you, there’s nothing to do. They haven’t learned that you have an account.',
  }
}

/** To an address that is signed up with the phone number of another account. */
export function phoneTaken(): EmailContent {
  const { APP_NAME } = settings()
  return {
    subject: `Your account at ${APP_NAME} was not created`,
    preheader: 'The phone number belongs to another account. Sign up with a different one.',
    heading: 'That phone number belongs to another account',
    paragraphs: [
      `This address was used to sign up at ${APP_NAME}, but the phone number that was entered belongs to another account, so none was created.`,
      'If the other account is yours, sign in with its email address. Otherwise sign up again with a different number.',
    ],
    action: { label: 'Sign up again', page: SIGNUP_PAGE },
    closing: 'If you didn’t sign up, there’s nothing to do.',
  }
}
