import { describe, expect, it } from 'vitest'
import { createLogger } from './log.ts'

function written(level: string, write: (log: ReturnType<typeof createLogger>) => void): string[] {
  const lines: string[] = []
  write(createLogger(level, (line) => lines.push(line)))
  return lines
}

describe('the log', () => {
  it('AU-3: an entry is one line of printable characters, and reads back as what was logged', () => {
    const value = 'a\r\n{"evil":1}\x1b[2J\x9b31m\u2028\x7f\0é🔑'
    const [line = '', ...more] = written('info', (log) => log.info({ value }, 'seen'))
    expect(more).toEqual([])
    expect(line).toMatch(/^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*\n$/)
    expect(JSON.parse(line)).toEqual({ level: 'info', time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/), value, event: 'seen' })
  })

  it('holds nothing below its level, and nothing at all when silent', () => {
    const all = (log: ReturnType<typeof createLogger>) => {
      for (const level of ['debug', 'info', 'warn', 'error'] as const) log[level]({}, level)
    }
    expect(written('warn', all).map((line) => JSON.parse(line).event)).toEqual(['warn', 'error'])
    expect(written('silent', all)).toEqual([])
  })
})
