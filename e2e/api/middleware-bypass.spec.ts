/** Nobody gets a protected page past the gate, and without the gate neither (the security requirements, M1 to M7). */
import { spawn } from 'node:child_process'
import { cp, mkdir, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expectNoWayAround } from '../bypass.ts'
import { expect, test } from '../fixtures.ts'
import { projectDirectory } from '../places.ts'
import { bareEnvironment, watch } from '../server.ts'

test('M1-M6: no header, spelling, file name or method shows a stranger the dashboard', async ({ server }) => {
  test.setTimeout(120_000)
  expect(await expectNoWayAround(server)).toBeGreaterThan(150)
})

/** What a build needs of the project, without its lock file: the bundler's root is then the project, where the packages are. */
const BUILT = ['app', 'lib', 'prisma', 'instrumentation.ts', 'next.config.ts', 'package.json', 'tsconfig.json']

test('M7: with middleware.ts deleted nothing private is served either', async ({ startServer }, testInfo) => {
  test.setTimeout(300_000)
  const copy = testInfo.outputPath('project')
  await mkdir(copy, { recursive: true })
  try {
    for (const name of BUILT) await cp(join(projectDirectory, name), join(copy, name), { recursive: true })
    await symlink(join(projectDirectory, 'node_modules'), join(copy, 'node_modules'))
    const next = join(projectDirectory, 'node_modules', 'next', 'dist', 'bin', 'next')
    const { exit, output } = watch(
      spawn(process.execPath, [next, 'build'], { cwd: copy, env: { ...bareEnvironment(), NODE_ENV: 'production' } }),
    )
    expect(await exit, output()).toBe(0)
    expect(output()).not.toMatch(/Middleware/)
    expect(await expectNoWayAround(await startServer({ directory: copy }), copy)).toBeGreaterThan(150)
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
})
