import { agoWords } from './ago-words.ts'

const FORMAT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })
const SHORT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })
const DAY = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' })

/** A moment in words. The server does not know the reader's time zone, so the zone is said. */
export function Timestamp({ date, dayOnly = false }: { date: Date; dayOnly?: boolean }) {
  return <time dateTime={date.toISOString()}>{dayOnly ? DAY.format(date) : `${FORMAT.format(date)} UTC`}</time>
}

/** A moment as tables show it, in one line; in full, with the zone, as its title. */
export function ShortTimestamp({ date }: { date: Date }) {
  return (
    <time className="nowrap" dateTime={date.toISOString()} title={`${FORMAT.format(date)} UTC`}>
      {SHORT.format(date)}
    </time>
  )
}

/** A moment by how long ago it was; the moment itself is its title. */
export function Ago({ date, now }: { date: Date; now: Date }) {
  return (
    <time dateTime={date.toISOString()} title={`${FORMAT.format(date)} UTC`}>
      {agoWords(date, now)}
    </time>
  )
}
