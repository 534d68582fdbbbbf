/** Nobody gets a protected page past the gate, and without the gate neither (security.md §2.5). */
import { spawn } from 'node:child_process'
import { cp, mkdir, rm } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { expectNoWayAround } from '../bypass.ts'
import { expect, test } from '../fixtures.ts'
import { projectDirectory } from '../places.ts'
import { bareEnvironment, startServer as start, watch } from '../server.ts'

test('M1-M6: no header, spelling, file name or method shows a stranger the dashboard', async ({ server }) => {
  test.setTimeout(120_000)
  expect(await expectNoWayAround(server)).toBeGreaterThan(150)
})

/** What a build needs; everything else of the project stays where it is. */
const LEFT_OUT = ['node_modules', '.next', '.git', 'e2e', 'data', 'docs', 'test-results', 'playwright-report', 'middleware.ts']

test('M7: with middleware.ts deleted nothing private is served either', async ({ database }) => {
  test.setTimeout(300_000)
  // Beside the project's own node_modules: the bundler follows no links out of its root.
  const copy = join(projectDirectory, '.next', 'without-middleware')
  await rm(copy, { recursive: true, force: true })
  await mkdir(copy, { recursive: true })
  try {
    await cp(projectDirectory, copy, {
      recursive: true,
      filter: (source) => {
        const [first = ''] = relative(projectDirectory, source).split(sep)
        return !LEFT_OUT.includes(first) && !first.startsWith('.env')
      },
    })
    const next = join(projectDirectory, 'node_modules', 'next', 'dist', 'bin', 'next')
    const { exit, output } = watch(
      spawn(process.execPath, [next, 'build'], { cwd: copy, env: { ...bareEnvironment(), NODE_ENV: 'production' } }),
    )
    expect(await exit, output()).toBe(0)
    expect(output()).not.toMatch(/Middleware/)
    const server = await start({ directory: copy, kind: database })
    try {
      expect(await expectNoWayAround(server, copy)).toBeGreaterThan(150)
    } finally {
      await server.stop()
    }
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
})
