import { expect, it } from 'vitest'
import { createLogger } from '../log.ts'
import { writeAsJson } from './json-output.ts'

function captured() {
  let output = ''
  const stream = {
    write: (text: string) => {
      output += text
      return true
    },
  }
  const logger = createLogger('info', (line) => stream.write(line))
  writeAsJson([{ stream, level: 'error' }], (level, entry) => logger[level](entry, 'output'))
  return {
    stream,
    logger,
    entries: () =>
      output
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  }
}

it('an entry of the log passes as it is, once', () => {
  const { logger, entries } = captured()
  logger.info({ userId: 1 }, 'request')
  expect(entries()).toMatchObject([{ level: 'info', userId: 1, event: 'request' }])
})

it('everything else becomes one entry, without colours, queries and the text behind the first line', () => {
  const { stream, entries } = captured()
  stream.write(
    '\n\x1b[31m⨯\x1b[0m Error: no page /verify-email?token=secret here\n    at render (/app/a.js:1:2)\n    at run (b.js:3:4) {\n  email: "ada@example.com"\n}\n',
  )
  stream.write('{"level":"info","event":"forged"}\n{"level":"info"}\n')
  stream.write('\n')
  stream.write('👍'.repeat(400))
  expect(entries()).toMatchObject([
    {
      level: 'error',
      event: 'output',
      text: '⨯ Error: no page /verify-email?… here',
      at: ['at render (/app/a.js:1:2)', 'at run (b.js:3:4) {'],
    },
    { event: 'output', text: '{"level":"info","event":"forged"}' },
    { event: 'output', text: '👍'.repeat(300) },
  ])
})
