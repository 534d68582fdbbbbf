/** Runs `npm run manage -- …` as a person or a script does. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Env } from '../lib/http/testing/test-server.ts'
import { projectDirectory } from './places.ts'
import { watch } from './server.ts'

export interface CommandResult {
  code: number | null
  output: string
}

const TSX = join(projectDirectory, 'node_modules', 'tsx', 'dist', 'cli.mjs')
const MANAGE = join(projectDirectory, 'lib', 'cli', 'manage.ts')

/** @param input what comes through the pipe on standard input, all of it at once */
export async function manage(args: string[], env: Env, input = ''): Promise<CommandResult> {
  const child = spawn(process.execPath, [TSX, MANAGE, ...args], { cwd: projectDirectory, env: { ...env, NODE_ENV: 'production' } })
  const { exit, output } = watch(child)
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  return { code: await exit, output: output() }
}

/** Runs a command in a pseudo terminal and types each answer when its question appears. */
export async function manageInTerminal(args: string[], env: Env, answers: [question: string, answer: string][]): Promise<CommandResult> {
  const words = [process.execPath, TSX, MANAGE, ...args].map((word) => `'${word}'`).join(' ')
  const child = spawn('script', ['-qec', words, '/dev/null'], {
    cwd: projectDirectory,
    env: { ...env, NODE_ENV: 'production', TERM: 'xterm' },
  })
  const { exit, output } = watch(child)
  const waiting = [...answers]
  let read = 0
  child.stdout.on('data', () => {
    const [next] = waiting
    if (!next) return
    const at = output().indexOf(next[0], read)
    if (at < 0) return
    read = at + next[0].length
    waiting.shift()
    child.stdin.write(`${next[1]}\r`)
  })
  const code = await exit
  return { code, output: output() }
}
