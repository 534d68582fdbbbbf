import { expect, it, vi } from 'vitest'
import type { FieldErrors } from '#lib/errors'
import { tellWrong } from './tell-wrong.ts'

const names = ['name', 'email', 'password']
const found = { name: ['required'], password: ['password_mismatch'] }

/** A form that was refused, and a server that has not answered yet. */
function refuse(isSame = (_name: string) => true) {
  const show = vi.fn()
  let resolve = (_errors: FieldErrors) => {}
  const ask = () =>
    new Promise<FieldErrors>((done) => {
      resolve = done
    })
  const told = tellWrong({ names, found, ask, isSame, show })
  const answer = (errors: FieldErrors) => {
    resolve(errors)
    return told
  }
  return { show, answer }
}

it('a refused form says at once what is wrong, before the server has answered', () => {
  expect(refuse().show.mock.calls).toEqual([[found, ['name', 'password'], false]])
})

it('what the server adds comes to it, in the order of the form and each fault once', async () => {
  const { show, answer } = refuse()
  await answer({ password: ['password_mismatch', 'password_too_common'], email: ['unique:email'], name: ['required'] })
  const wrong = { name: ['required'], email: ['unique:email'], password: ['password_mismatch', 'password_too_common'] }
  expect(show.mock.lastCall).toEqual([wrong, ['email', 'password'], true])
  expect(Object.keys(show.mock.lastCall?.[0])).toEqual(names)
})

it.each([{}, found, { non_field_errors: ['overloaded'] }])('a server that adds nothing, %j, moves nothing', async (errors: FieldErrors) => {
  const { show, answer } = refuse()
  await answer(errors)
  expect(show).toHaveBeenCalledTimes(1)
})

it('the server’s errors are dropped for a field that has been corrected since', async () => {
  const { show, answer } = refuse((name) => name !== 'password')
  await answer({ email: ['unique:email'], password: ['password_too_common'] })
  expect(show.mock.lastCall).toEqual([{ ...found, email: ['unique:email'] }, ['email'], true])
})
