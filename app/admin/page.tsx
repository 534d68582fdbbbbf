import { type HistoryEntry, recentActions } from '#lib/admin/core/history'
import { listObjects } from '#lib/admin/core/list-objects'
import { dailyCounts, dailyMail } from '#lib/admin/models/audit/daily-counts'
import { groupAdmin } from '#lib/admin/models/groups/declaration'
import { outboxAdmin } from '#lib/admin/models/outbox/declaration'
import { userAdmin } from '#lib/admin/models/users/declaration'
import { objectPath } from '#lib/admin/registry'
import { hasPermission, type PermissionName } from '#lib/permissions/user-permissions'
import { formatNumber } from '../_ui/format-text.ts'
import { Ago } from '../_ui/timestamp.tsx'
import { requireStaff } from './_request.ts'
import { DailyChart } from './_ui/daily-chart.tsx'

const PAGE = '/admin'

/** Days shown by the charts. */
const DAYS = 30

export const metadata = { title: 'Admin' }

interface TotalProps {
  id: string
  title: string
  href: string
  list: { count: number; countIsExact: boolean }
  /** Whether there is a page that adds one, which the visitor may open. */
  mayAdd?: boolean
}

/** How many there are of something, and the ways to them. */
function Total({ id, title, href, list: { count, countIsExact }, mayAdd = false }: TotalProps) {
  return (
    <section className="panel stack-tight" aria-labelledby={`total-${id}`}>
      <h2 id={`total-${id}`}>
        <a href={href}>{title}</a>
      </h2>
      <p className="total number">
        {!countIsExact && <span className="visually-hidden">about </span>}
        {formatNumber(count)}
      </p>
      {mayAdd && (
        <p>
          <a href={`${href}/add`}>
            Add<span className="visually-hidden"> to {title.toLowerCase()}</span>
          </a>
        </p>
      )}
    </section>
  )
}

const ObjectLink = ({ path, children }: { path: string | null; children: string }) =>
  path === null ? children : <a href={path}>{children}</a>

const FLAGS = { 1: 'Added', 2: 'Changed', 3: 'Deleted' } as const

function RecentActions({ entries, now }: { entries: HistoryEntry[]; now: Date }) {
  return (
    <section className="stack" aria-labelledby="recent-title">
      <h2 id="recent-title">Your recent actions</h2>
      {entries.length === 0 ? (
        <p className="secondary">None yet. What you add, change and delete here will be listed.</p>
      ) : (
        <ol className="rows">
          {entries.map(({ id, at, flag, object, objectId, model, words }) => (
            <li key={id}>
              <p className="label" dir="auto">
                {flag === 3 ? object : <ObjectLink path={objectPath(model, objectId)}>{object}</ObjectLink>}
              </p>
              <p className="meta">
                <span dir="auto">{words || FLAGS[flag]}</span>
                <Ago date={new Date(at)} now={now} />
              </p>
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}

/** The events that have a chart. */
const CHARTS = [
  { event: 'signed_up', id: 'signups', title: 'Sign-ups', unit: ['sign-up', 'sign-ups'] },
  { event: 'logged_in', id: 'logins', title: 'Sign-ins', unit: ['sign-in', 'sign-ins'] },
  { event: 'login_failed', id: 'failures', title: 'Failed sign-ins', unit: ['failed sign-in', 'failed sign-ins'], warning: true },
] as const

export default async function AdminPage() {
  const { permissions } = await requireStaff(PAGE)
  const now = new Date()
  const may = (permission: PermissionName) => hasPermission(permissions, permission)
  const [seesUsers, seesGroups] = [may('accounts.view_user'), may('auth.view_group')]
  const [seesEvents, seesMail] = [may('admin.view_logentry'), may('accounts.view_outboxmail')]
  const one = { page_size: 1 }
  const [users, groups, waiting, failed, days, mail, recent] = await Promise.all([
    seesUsers ? listObjects(userAdmin, one) : null,
    seesGroups ? listObjects(groupAdmin, one) : null,
    seesMail ? listObjects(outboxAdmin, { ...one, state: 'waiting' }) : null,
    seesMail ? listObjects(outboxAdmin, { ...one, state: 'failed' }) : null,
    seesEvents ? dailyCounts(['signed_up', 'logged_in', 'login_failed'], 2 * DAYS, now) : null,
    seesMail ? dailyMail(2 * DAYS, now) : null,
    recentActions(permissions.userId),
  ])
  return (
    <div className="stack-loose">
      <h1>Administration</h1>
      {!seesUsers && !seesGroups && !seesEvents && !seesMail && (
        <p className="lead">You don’t have permission to view or edit anything. A superuser can change that.</p>
      )}
      {(users || groups || waiting) && (
        <div className="columns columns-narrow">
          {users && <Total id="users" title="Users" href="/admin/users" list={users} mayAdd={may('accounts.add_user')} />}
          {groups && <Total id="groups" title="Groups" href="/admin/groups" list={groups} mayAdd={may('auth.add_group')} />}
          {waiting && <Total id="waiting" title="Mail waiting" href="/admin/outbox?state=waiting" list={waiting} />}
          {failed && <Total id="failed" title="Mail failed" href="/admin/outbox?state=failed" list={failed} />}
        </div>
      )}
      <div className="columns">
        {days &&
          CHARTS.map(({ event, title, ...chart }) => (
            <DailyChart
              key={event}
              {...chart}
              title={title}
              series={[{ label: title, days: days[event], warning: 'warning' in chart }]}
              more={{ href: `/admin/audit?event=${event}`, label: 'In the audit log' }}
            />
          ))}
        {mail && (
          <DailyChart
            id="mail"
            title="Mail"
            series={[
              { label: 'Sent', days: mail.sent },
              { label: 'Failed', days: mail.failed, warning: true },
            ]}
            unit={['mail', 'mails']}
            more={{ href: '/admin/outbox', label: 'In the outbox' }}
          />
        )}
        <RecentActions entries={recent} now={now} />
      </div>
    </div>
  )
}
