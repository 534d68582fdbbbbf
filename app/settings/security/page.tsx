import { describeDevice } from '#lib/audit/audit'
import { eventLabel } from '#lib/audit/events'
import { pageOfEvents } from '#lib/audit/list-events'
import { secondFactorsOf } from '#lib/credentials/second-factors'
import { formMetadata, formState } from '../../_request.ts'
import { requirePrincipal } from '../../_session.ts'
import { FormErrors } from '../../_ui/link-form.tsx'
import { OlderNewer } from '../../_ui/older-newer.tsx'
import { SecurityChecklist } from '../../_ui/security-checklist.tsx'
import { Timestamp } from '../../_ui/timestamp.tsx'
import { Credentials } from './credentials.tsx'
import { TrustedDevices } from './trusted-devices.tsx'

const PAGE = '/settings/security'

export const generateMetadata = () => formMetadata('Security', PAGE)

function pageBefore(before: number | 'first' | null): string | null {
  if (before === null) return null
  return before === 'first' ? `${PAGE}#activity` : `${PAGE}?before=${before}#activity`
}

export default async function SecurityPage({ searchParams }: PageProps<'/settings/security'>) {
  const { user } = await requirePrincipal(PAGE)
  const { before } = await searchParams
  const { errors } = await formState(PAGE)
  const factors = await secondFactorsOf(user.id)
  const { events, older, newer } = await pageOfEvents(user.id, before)
  return (
    <div className="stack-loose measure-wide">
      <FormErrors errors={errors} />
      <h1>Security</h1>
      <section className="stack" aria-labelledby="checklist-title">
        <h2 id="checklist-title">Checklist</h2>
        <SecurityChecklist user={user} factors={factors} />
      </section>
      <Credentials user={user} factors={factors} />
      <TrustedDevices user={user} />
      <section className="stack" id="activity" aria-labelledby="activity-title">
        <h2 id="activity-title">Activity</h2>
        {events.length === 0 ? (
          <p className="secondary">Nothing yet. Sign-ins and account changes will be listed here.</p>
        ) : (
          <ol className="rows">
            {events.map((event) => {
              const device = describeDevice(event.userAgent)
              return (
                <li key={event.id} data-failed={event.outcome === 'failure' || undefined}>
                  <p className="label" dir="auto">
                    {eventLabel(event, device)}
                    {event.outcome === 'failure' && <span className="badge badge-danger">Failed</span>}
                  </p>
                  <p className="meta">
                    <Timestamp date={event.at} /> <span>{device}</span> <span dir="ltr">{event.clientIp ?? 'IP address unknown'}</span>
                  </p>
                </li>
              )
            })}
          </ol>
        )}
        <OlderNewer label="Pages of the activity" newer={pageBefore(newer)} older={pageBefore(older)} />
      </section>
      <section className="panel stack" aria-labelledby="stranger-title">
        <h2 id="stranger-title">This wasn’t you?</h2>
        <p>Change your password now. This signs out every other device.</p>
        <p>
          <a className="button" href="/settings/password">
            Change password
          </a>
        </p>
      </section>
    </div>
  )
}
