import bowser from 'bowser'

/** A User-Agent header in words, like "Chrome on macOS"; it is what the client claims, so it is shown and never relied on. */
export function describeDevice(userAgent: string): string {
  if (userAgent.trim() === '') return 'Unknown device'
  const { browser, os } = bowser.parse(userAgent)
  if (browser.name && os.name) return `${browser.name} on ${os.name}`
  // A program of its own kind, like "curl": the names above are empty then.
  return browser.name || os.name || /^[\w.-]{1,40}/.exec(userAgent.trim())?.[0] || 'Unknown device'
}
