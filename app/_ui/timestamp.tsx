const FORMAT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })
const DAY = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' })

/** A moment in words. The server does not know the reader's time zone, so the zone is said. */
export function Timestamp({ date, dayOnly = false }: { date: Date; dayOnly?: boolean }) {
  return <time dateTime={date.toISOString()}>{dayOnly ? DAY.format(date) : `${FORMAT.format(date)} UTC`}</time>
}
