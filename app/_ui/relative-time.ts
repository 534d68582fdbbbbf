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
