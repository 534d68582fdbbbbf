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
