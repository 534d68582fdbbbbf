/** Management commands whose process or terminal is the subject; lib/cli tests what they do. */
import { spawnSync } from 'node:child_process'
import { logIn, newPerson } from '../../lib/http/testing/accounts.ts'
import { expect, test } from '../fixtures.ts'
import { manage, manageInTerminal } from '../manage.ts'

const NEW_PASSWORD = 'Another-Corr3ct-battery'
const hasTerminal = spawnSync('script', ['--version']).status === 0

test('createsuperuser in a terminal shows no password', async ({ server, call }) => {
  test.skip(!hasTerminal, 'needs script(1) for a pseudo terminal')
  const { email, phone } = newPerson()
  const { code, output } = await manageInTerminal(['createsuperuser'], server.env, [
    ['Email:', email],
    ['Name:', 'Root'],
    ['Phone:', phone],
    ['Password:', NEW_PASSWORD],
    ['Password (again):', NEW_PASSWORD],
  ])
  expect(code, output).toBe(0)
  expect(output).toContain('Superuser created successfully.')
  expect(output).not.toContain(NEW_PASSWORD)
  expect((await logIn(call, { email, password: NEW_PASSWORD })).status).toBe(200)
})

test('dev on a port in use says so instead of moving to another one, where no link would lead', async ({ server }) => {
  const { code, output } = await manage(['dev', '--port', String(server.port)], server.env)
  expect(code).toBe(1)
  expect(output).toMatch(new RegExp(`^Error: Port ${server.port} is in use\\.`, 'm'))
})
