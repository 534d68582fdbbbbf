import { listSessions, MAX_LISTED } from '#lib/accounts/sessions/list-sessions'
import { formMetadata, formState } from '../../_request.ts'
import { requirePrincipal } from '../../_session.ts'
import { sessionsEndedText } from '../../_ui/format-text.ts'
import { FormErrors } from '../../_ui/link-form.tsx'
import { SessionRow } from './session-row.tsx'

const PAGE = '/settings/sessions'

export const generateMetadata = () => formMetadata('Sessions', PAGE)

export default async function SessionsPage() {
  const principal = await requirePrincipal(PAGE)
  const { errors, values } = await formState(PAGE)
  const now = new Date()
  const sessions = await listSessions(principal, now)
  return (
    <div className="stack-loose measure-wide">
      <FormErrors errors={errors} />
      {values.sessions_ended !== undefined && (
        <p className="status" role="status">
          {sessionsEndedText(values.sessions_ended)}
        </p>
      )}
      <div className="stack">
        <h1>Sessions</h1>
        <p className="lead">
          Where you are signed in. If you don’t recognize one, sign it out and <a href="/settings/password">change your password</a>.
        </p>
      </div>
      <ul className="rows rows-signed">
        {sessions.map((session) => (
          <SessionRow key={session.id} session={session} now={now} />
        ))}
      </ul>
      {sessions.length === 1 ? (
        <p className="secondary">This is your only session. When you sign in somewhere else, you will see it here.</p>
      ) : (
        <p>
          <a className="button" href="/settings/sessions/others">
            Sign out all other sessions
          </a>
        </p>
      )}
      {sessions.length >= MAX_LISTED && <p className="secondary">Only the {MAX_LISTED} most recently used sessions are shown.</p>}
    </div>
  )
}
