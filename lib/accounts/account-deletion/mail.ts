import { type EmailContent, formatDateTime, formatDuration } from '../../mail/render-email.ts'
import { settings } from '../../settings.ts'
import { retentionNotice } from '../../users/retention-notice.ts'

/** @param grace how long the account can be restored, in seconds */
export function deletionEmail(due: Date, grace: number, details: NonNullable<EmailContent['details']>): EmailContent {
  const { APP_NAME } = settings()
  return {
    subject: `Your ${APP_NAME} account will be deleted`,
    preheader: `You have ${formatDuration(grace)} to change your mind.`,
    heading: 'Your account will be deleted',
    paragraphs: [
      `Your account is closed: nobody can sign in to it. On ${formatDateTime(due)} it will be deleted with all that we keep about you. ${retentionNotice()}`,
      'Until then you can have it back as it was.',
    ],
    action: { label: 'Restore my account', page: '/account-deletion/undo', withToken: true },
    expires: { at: due, after: grace },
    details,
    closing: 'If this was not you, restore the account and change its password: somebody else knows it.',
  }
}
