/** What a chart says of counts by day, in figures and words. */
import type { DailyCount } from '#lib/admin/audit/daily-counts'
import { numberWords } from './admin-messages.ts'

export interface Series {
  label: string
  /** Twice as many days as are shown: those before them are what they are compared with. */
  days: DailyCount[]
  /** More of it is no good news. */
  warning?: boolean
}

const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })

/** `24 Nov`. @param day of UTC, `2026-11-24` */
export const dayWords = (day: string) => DAY.format(new Date(`${day}T00:00:00Z`))

export const isMonday = (day: string) => new Date(`${day}T00:00:00Z`).getUTCDay() === 1

export const sumOf = (days: DailyCount[]) => days.reduce((sum, { count }) => sum + count, 0)

/** The days shown, and those before them. */
export const halves = ({ days }: Series): [before: DailyCount[], shown: DailyCount[]] => [
  days.slice(0, days.length / 2),
  days.slice(days.length / 2),
]

/** The day with most, the latest of several; null where there is nothing. */
export function peakOf(days: DailyCount[]): (DailyCount & { index: number }) | null {
  const most = Math.max(...days.map(({ count }) => count), 0)
  const index = days.findLastIndex(({ count }) => count === most)
  const peak = days[index]
  return most === 0 || peak === undefined ? null : { ...peak, index }
}

/** How a total compares with that of the days before. */
export function changeWords(total: number, before: number, days: number): string {
  const than = `in the ${days} days before`
  if (total === before) return total === 0 ? `None ${than} either` : `As many as ${than}`
  if (before === 0) return `None ${than}`
  if (total === 0) return `${numberWords(before)} ${than}`
  const share = Math.round((Math.abs(total - before) / before) * 100)
  const amount = share > 999 ? `${numberWords(Math.round(total / before))} times as many as` : share < 1 ? 'about as many as' : null
  if (amount !== null) return `${amount.charAt(0).toUpperCase()}${amount.slice(1)} ${than}`
  return `${share}% ${total > before ? 'more' : 'fewer'} than ${than}`
}
