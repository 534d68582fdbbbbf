/** No protected page is shown past the middleware, nor without it (M1 to M7). */
import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPage } from '../../lib/http/testing/cookies.ts'
import { send } from '../../lib/http/testing/send.ts'
import { expectNoWayAround } from '../bypass.ts'
import { expect, test } from '../fixtures.ts'
import { projectDirectory } from '../places.ts'
import { watch } from '../server.ts'

test('M1-M6: no header, spelling, file name or method shows a stranger a protected page', async ({ server }) => {
  test.setTimeout(300_000)
  expect(await expectNoWayAround(server)).toBeGreaterThan(500)
})

test('M7: without the middleware nothing private is served either', async ({ server, startServer }) => {
  test.setTimeout(300_000)
  const directory = await mkdtemp(join(tmpdir(), 'latchkey-without-middleware-'))
  try {
    await copyBuildWithoutMiddleware(directory)
    const bare = await startServer({ directory })
    // The middleware answers 303, a page that refuses by itself 307.
    const answers = [server, bare].map(({ url }) => openPage((path, options) => send(url, path, options), '/dashboard'))
    expect(
      (await Promise.all(answers)).map(({ status }) => status),
      'with and without the middleware',
    ).toEqual([303, 307])
    expect(await expectNoWayAround(bare)).toBeGreaterThan(500)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
})

/** Makes a project of links to this one, with a copy of its build in which Next finds no middleware. */
async function copyBuildWithoutMiddleware(directory: string): Promise<void> {
  for (const name of await readdir(projectDirectory))
    if (!name.startsWith('.')) await symlink(join(projectDirectory, name), join(directory, name))
  const copied = await watch(spawn('cp', ['-a', join(projectDirectory, '.next'), join(directory, '.next')])).exit
  expect(copied).toBe(0)
  const file = join(directory, '.next', 'server', 'functions-config-manifest.json')
  const manifest = JSON.parse(await readFile(file, 'utf8')) as { functions: Record<string, unknown> }
  expect(Object.keys(manifest.functions)).toContain('/_middleware')
  delete manifest.functions['/_middleware']
  await writeFile(file, JSON.stringify(manifest))
}
