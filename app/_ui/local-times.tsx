'use client'
import { useEffect } from 'react'
import { formatTime, type TimeStyle } from './timestamp.tsx'

/**
 * Puts the page's moments into the reader's time zone, which the server does not know. Without JavaScript they stay as they
 * are, in UTC.
 */
export function LocalTimes() {
  useEffect(() => {
    for (const element of document.querySelectorAll<HTMLTimeElement>('time[data-style]')) {
      const date = new Date(element.dateTime)
      const style = element.dataset.style as TimeStyle | 'ago'
      if (element.title !== '') element.title = formatTime(date, 'minute')
      // The node that React made is changed, not replaced: it may update it later.
      if (style !== 'ago' && element.firstChild?.nodeType === Node.TEXT_NODE) element.firstChild.nodeValue = formatTime(date, style)
    }
  })
  return null
}
