import { relativeTime } from './relative-time.ts'
import { formatTime } from './time-format.ts'

/** A moment in words, in UTC until the browser puts it into its own time zone (local-times.tsx). */
export function Timestamp({ date, dayOnly = false }: { date: Date; dayOnly?: boolean }) {
  const style = dayOnly ? 'day' : 'minute'
  return (
    <time dateTime={date.toISOString()} data-style={style}>
      {formatTime(date, style, 'UTC')}
    </time>
  )
}

/** A moment as tables show it, in one line; in full, with the zone, as its title. */
export function ShortTimestamp({ date }: { date: Date }) {
  return (
    <time className="nowrap" dateTime={date.toISOString()} data-style="short" title={formatTime(date, 'minute', 'UTC')}>
      {formatTime(date, 'short', 'UTC')}
    </time>
  )
}

/** A moment by how long ago it was; the moment itself is its title. */
export function Ago({ date, now }: { date: Date; now: Date }) {
  return (
    <time dateTime={date.toISOString()} data-style="ago" title={formatTime(date, 'minute', 'UTC')}>
      {relativeTime(date, now)}
    </time>
  )
}
