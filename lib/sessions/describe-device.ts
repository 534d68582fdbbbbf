import bowser from 'bowser'

/** API clients by how their User-Agent begins. Others are not named: what a stranger wrote must stand in no letter. */
const PROGRAMS: [start: RegExp, name: string][] = [
  [/^curl\//i, 'curl'],
  [/^python-requests\//i, 'Python Requests'],
  [/^python-httpx\//i, 'Python HTTPX'],
  [/^okhttp\//i, 'OkHttp'],
  [/^PostmanRuntime\//i, 'Postman'],
  [/^axios\//i, 'axios'],
  [/^(node|undici)$/i, 'Node.js'],
  [/^Go-http-client\//i, 'Go'],
]

/** A User-Agent header in words, like "Chrome on macOS"; it is what the client claims, so it is shown and never relied on. */
export function describeDevice(userAgent: string): string {
  const unknown = PROGRAMS.find(([start]) => start.test(userAgent))?.[1] ?? 'Unknown device'
  if (userAgent.trim() === '') return unknown
  const { browser, os } = bowser.parse(userAgent)
  if (browser.name && os.name) return `${browser.name} on ${os.name}`
  return browser.name || os.name || unknown
}
