/** A real Django beside the server: the original's project on Debian's packages, serving the same database. */
import { execFile, spawn, spawnSync } from 'node:child_process'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { TestDatabase } from '../lib/db/testing/databases.ts'
import { type Answer, type SendOptions, send } from '../lib/http/testing/send.ts'
import type { Env } from '../lib/http/testing/test-server.ts'
import { freePort } from '../lib/testing/free-port.ts'
import { projectDirectory } from './places.ts'
import { bareEnvironment, watch } from './server.ts'

const PYTHON = '/usr/bin/python3'
const PACKAGES = 'import django, rest_framework, rest_framework_simplejwt, psycopg2, bcrypt, argon2'
const PROJECT = join(projectDirectory, 'lib', 'db', 'testing', 'django-project')

export const hasDjango = () => spawnSync(PYTHON, ['-c', PACKAGES]).status === 0

export interface RunningDjango {
  call: (path: string, options?: SendOptions) => Promise<Answer>
  /** Runs Python within the project. @returns what it printed @throws with its error output */
  run: (script: string) => Promise<string>
  stop: () => Promise<void>
}

export interface DjangoOverrides {
  secret: string
  /** Python modules that it does not find. */
  missing?: string[]
}

const POLL_INTERVAL = 100
const POLLS = 300

/** Starts Django on a PostgreSQL database. @throws with what it printed when it does not answer */
export async function startDjango({ url }: TestDatabase, { secret, missing = [] }: DjangoOverrides): Promise<RunningDjango> {
  const directory = await mkdtemp(join(tmpdir(), 'lk-django-'))
  await cp(PROJECT, directory, { recursive: true })
  const { pathname, username, password, hostname, port: databasePort } = new URL(url)
  const connection = { NAME: pathname.slice(1), USER: username, PASSWORD: password, HOST: hostname, PORT: databasePort }
  const env: Env & { NODE_ENV: 'production' } = {
    ...bareEnvironment(),
    NODE_ENV: 'production',
    DJANGO_SETTINGS_MODULE: 'settings',
    DJANGO_DATABASE: JSON.stringify({ ENGINE: 'django.db.backends.postgresql', ...connection }),
    DJANGO_SECRET_KEY: secret,
    MISSING_MODULES: JSON.stringify(missing),
    MORE_APPS: JSON.stringify(['rest_framework_simplejwt.token_blacklist']),
    PYTHONPATH: directory,
    PYTHONDONTWRITEBYTECODE: '1',
  }
  const python = async (args: string[]) => (await promisify(execFile)(PYTHON, args, { cwd: directory, env })).stdout
  await python(['-m', 'django', 'makemigrations', 'accounts'])
  const port = await freePort()
  const server = spawn(PYTHON, ['-m', 'django', 'runserver', '--noreload', `127.0.0.1:${port}`], {
    cwd: directory,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const { exit, output } = watch(server)
  const call: RunningDjango['call'] = (path, options) => send(`http://127.0.0.1:${port}`, path, options)
  const stop = async () => {
    server.kill('SIGTERM')
    await exit
    await rm(directory, { recursive: true, force: true })
  }
  const run: RunningDjango['run'] = (script) =>
    python(['-c', `import django\ndjango.setup()\nfrom django.core.management import call_command\n${script}`])
  for (let poll = 0; poll < POLLS && server.exitCode === null; poll++) {
    const answers = call('/api/protected-endpoint/').then(
      () => true,
      () => false,
    )
    if (await answers) return { call, run, stop }
    await setTimeout(POLL_INTERVAL)
  }
  await stop()
  throw new Error(`Django did not start:\n${output()}`)
}
