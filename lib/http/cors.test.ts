import { expect, it } from 'vitest'
import { readSettings } from '../settings.ts'

const SECRET_KEY = 'Zm9yLXRoZS11bml0LXRlc3RzLW9ubHktMDEyMzQ1'
const check = (CORS_ALLOWED_ORIGINS: string, production = false) =>
  readSettings(
    {
      SECRET_KEY,
      CORS_ALLOWED_ORIGINS,
      APP_URL: 'https://app.test',
      DATABASE_URL: 'file:x',
      SMTP_URL: 'smtp://x',
      TRUSTED_PROXY_HOPS: '1',
    },
    production,
  )
const idsOf = ({ problems }: ReturnType<typeof readSettings>) => problems.map(({ id }) => id)

it('CS-4: no other origin is allowed until the setting names one', () => {
  expect(check('').settings?.CORS_ALLOWED_ORIGINS).toEqual([])
})

it('CS-4: origins are taken as they are written, with blanks around the commas', () => {
  expect(check('https://a.test, https://b.test:8443 ,http://localhost:5173').settings?.CORS_ALLOWED_ORIGINS).toEqual([
    'https://a.test',
    'https://b.test:8443',
    'http://localhost:5173',
  ])
})

it.each([
  '*',
  'null',
  'a.test',
  'https://*.a.test',
  'https://a.test/',
  'https://a.test/x',
  'https://A.test',
  'https://a.test:443',
  'https://user@a.test',
  'https://a.test?',
  'ftp://a.test',
  'https://a.test https://b.test',
  'https://a.test,',
])('CS-4: %j is no origin, and the server does not start with it', (origin) => {
  expect(idsOf(check(origin))).toEqual(['settings.E050'])
})

it('CS-4: in production a page over plain http is allowed from this machine alone', () => {
  expect(idsOf(check('http://a.test', true))).toEqual(['settings.E051'])
  expect(idsOf(check('http://localhost:5173', true))).toEqual([])
  expect(idsOf(check('http://a.test', false))).toEqual([])
})
