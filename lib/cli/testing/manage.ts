/** Runs `npm run manage -- …` in this process, as e2e/manage.ts does in one of its own. */
import { Readable } from 'node:stream'
import { runProgram } from '../program.ts'

export interface CommandResult {
  code: number
  /** Standard output and error, in the order in which they were written. */
  output: string
}

/** @param input what comes through the pipe on standard input, all of it at once */
export async function manage(args: string[], env: Record<string, string | undefined> = process.env, input = ''): Promise<CommandResult> {
  let output = ''
  const stream = {
    write: (text: string) => {
      output += text
      return true
    },
  }
  const code = await runProgram(args, { terminal: { input: Readable.from([input]), output: stream, errors: stream }, env })
  return { code, output }
}
