/** Moments in words: of the server in UTC, of a browser in its own time zone, which is said with both. */

/** `short` is for tables, which say the zone in the title. */
export type TimeStyle = 'minute' | 'short' | 'day'

/** Formats are dear to make, and a list has a moment in each row. */
const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify(options)
  const format = formats.get(key) ?? new Intl.DateTimeFormat('en-GB', options)
  formats.set(key, format)
  return format
}

/** @param timeZone an IANA name; undefined for the reader's own */
export function formatTime(date: Date, style: TimeStyle, timeZone?: string): string {
  const zone = timeZone === undefined ? {} : { timeZone }
  if (style === 'day') return formatOf({ dateStyle: 'long', ...zone }).format(date)
  if (style === 'short') return formatOf({ dateStyle: 'medium', timeStyle: 'short', ...zone }).format(date)
  const name = formatOf({ timeZoneName: 'short', ...zone })
    .formatToParts(date)
    .find(({ type }) => type === 'timeZoneName')
  return `${formatOf({ dateStyle: 'long', timeStyle: 'short', ...zone }).format(date)} ${name?.value ?? ''}`.trim()
}

const UNITS = [
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
] as const

/** How long ago something was, in its largest unit, rounded down: "just now", "5 minutes ago", "1 day ago". */
export function relativeTime(date: Date, now: Date): string {
  const age = (now.getTime() - date.getTime()) / 1000
  const [size, unit] = UNITS.find(([seconds]) => age >= seconds) ?? [0, '']
  if (size === 0) return 'just now'
  const count = Math.floor(age / size)
  return `${count} ${unit}${count === 1 ? '' : 's'} ago`
}

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
