import { expect, it } from 'vitest'
import { signupSchema } from '#lib/accounts/signup/schema'
import { newPasswordResolver } from './resolvers.ts'

it('a short password and a confirmation that differs are told at once', async () => {
  const check = newPasswordResolver(signupSchema, 8)
  const values = { name: 'Ada', email: 'ada@example.com', phone: '+44 808 157 0192', password: 'short', confirm_password: 'shorts' }
  const { errors } = await check(values, undefined, { fields: {}, shouldUseNativeValidation: false })
  expect(errors).toMatchObject({
    password: { message: 'password_too_short:8' },
    confirm_password: { message: 'password_mismatch' },
  })
})
