/** Runs `npm run manage -- …` in this process, as e2e/manage.ts does in one of its own. */
import { Readable } from 'node:stream'
import { disconnectDatabase } from '../../db/client.ts'
import { hashingPool } from '../../passwords/pool.ts'
import { SettingsError } from '../../settings-problems.ts'
import { applySettings, newState, withState } from '../../testing/process-states.ts'
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

/** The same with settings and connections of its own, as another process has them. */
export const manageApart: typeof manage = (args, env = process.env, input = '') =>
  withState(newState(), async () => {
    let hasSettings = true
    try {
      applySettings(env)
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error
      // The command says so.
      hasSettings = false
    }
    try {
      return await manage(args, env, input)
    } finally {
      await disconnectDatabase()
      if (hasSettings) await hashingPool().close()
    }
  })
