/** No protected page is shown past the middleware, nor without it (M1 to M7). */
import { spawn } from 'node:child_process'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expectNoWayAround } from '../bypass.ts'
import { expect, test } from '../fixtures.ts'
import { projectDirectory } from '../places.ts'
import { bareEnvironment, watch } from '../server.ts'

test('M1-M6: no header, spelling, file name or method shows a stranger a protected page', async ({ server }) => {
  test.setTimeout(300_000)
  expect(await expectNoWayAround(server)).toBeGreaterThan(500)
})

/** What a build needs of the project. */
const BUILT = ['app', 'lib', 'prisma', 'instrumentation.ts', 'next.config.ts', 'package.json', 'package-lock.json', 'tsconfig.json']

/** Nothing generated: as on a fresh clone, plain `next build` makes the database client itself. */
const isBuilt = (file: string) => !file.endsWith('.test.ts') && !file.endsWith(join('lib', 'db', 'generated'))

test('M7: with middleware.ts deleted nothing private is served either', async ({ startServer }) => {
  test.setTimeout(900_000)
  const copy = await mkdtemp(join(tmpdir(), 'latchkey-without-middleware-'))
  try {
    for (const name of BUILT) await cp(join(projectDirectory, name), join(copy, name), { recursive: true, filter: isBuilt })
    await copyPackages(join(projectDirectory, 'node_modules'), join(copy, 'node_modules'))
    const next = join(copy, 'node_modules', 'next', 'dist', 'bin', 'next')
    const { exit, output } = watch(
      spawn(process.execPath, [next, 'build'], { cwd: copy, env: { ...bareEnvironment(), NODE_ENV: 'production' } }),
    )
    expect(await exit, output()).toBe(0)
    expect(output()).not.toMatch(/Middleware/)
    expect(await expectNoWayAround(await startServer({ directory: copy }), copy)).toBeGreaterThan(500)
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
})

/**
 * The bundler follows no link out of the project, so the copy has packages of its own: the same files under another name, or
 * copies where the disk is another one.
 */
async function copyPackages(from: string, to: string): Promise<void> {
  const linked = await watch(spawn('cp', ['-al', from, to])).exit
  if (linked === 0) return
  await rm(to, { recursive: true, force: true })
  await cp(from, to, { recursive: true, verbatimSymlinks: true })
}
