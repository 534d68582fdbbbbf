/** Asks a person at the terminal, or reads the answers line by line from a pipe. */
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { CommandError, type Terminal } from './terminal.ts'

/** The input ended before the question was answered. */
export class InputEnded extends Error {
  /** The option with which nothing is asked. */
  instead = '--no-input'

  constructor() {
    super('The input ended before every question was answered.')
    this.name = 'InputEnded'
  }
}

export interface Prompt {
  ask(question: string): Promise<string>
  /** Like ask(), without showing what is typed. */
  askSecret(question: string): Promise<string>
  close(): void
}

/** Questions go to standard error, so that the output can be piped. */
export function openPrompt({ input, errors: output }: Terminal): Prompt {
  let silent = false
  const echo = new Writable({
    write(chunk, _encoding, done) {
      if (!silent) output.write(chunk)
      done()
    },
  })
  const lines = createInterface({ input, output: echo, terminal: input.isTTY === true })
  const iterator = lines[Symbol.asyncIterator]()
  lines.on('SIGINT', () => {
    output.write('\nOperation cancelled.\n')
    process.exit(1)
  })
  const read = async () => {
    const { value, done } = await iterator.next()
    if (done) throw new InputEnded()
    return value as string
  }
  const ask = async (question: string) => {
    output.write(question)
    return read()
  }
  return {
    ask,
    askSecret: async (question) => {
      output.write(question)
      silent = true
      try {
        return await read()
      } finally {
        silent = false
        output.write('\n')
      }
    },
    close: () => lines.close(),
  }
}

/** @throws CommandError for any answer but yes */
export async function confirm(question: string, terminal: Terminal): Promise<void> {
  const prompt = openPrompt(terminal)
  try {
    const answer = await prompt.ask(question).catch((error: unknown) => {
      throw error instanceof InputEnded ? Object.assign(error, { instead: '--yes' }) : error
    })
    if (!/^y(es)?$/i.test(answer.trim())) throw new CommandError('nothing was changed')
  } finally {
    prompt.close()
  }
}
