import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, it } from 'vitest'
import type { Endpoint } from '../http/endpoint.ts'
import { serve } from '../http/serve.ts'
import type { ApiDocument } from './document.ts'
import { apiDescription, schemaEndpoint } from './endpoints.ts'

const LIB = join(import.meta.dirname, '..')

async function declaredEndpoints(): Promise<Endpoint[]> {
  const files = readdirSync(LIB, { recursive: true })
    .map(String)
    .filter((file) => /(^|\/)endpoints\.ts$/.test(file))
  const modules = await Promise.all(files.map((file) => import(join(LIB, file)) as Promise<Record<string, unknown>>))
  const values = modules.flatMap((module) => Object.values(module).flat())
  return values.filter((value) => typeof value === 'object' && value !== null && 'contract' in value) as Endpoint[]
}

const document = JSON.parse(new TextDecoder().decode(apiDescription().json)) as ApiDocument
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, path, ...operation })),
)

describe('the API’s description', () => {
  it('is written once and answered as it is, or 304 to a client that has it', async () => {
    const get = (headers = {}) => serve(schemaEndpoint).GET(new Request('http://localhost:3000/api/schema/', { headers }))
    const answer = await get()
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json'])
    expect(await answer.json()).toEqual(document)
    expect(apiDescription()).toBe(apiDescription())
    const again = await get({ 'if-none-match': answer.headers.get('etag') })
    expect([again.status, await again.text()]).toEqual([304, ''])
  })

  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator()
    expect(await validator.validate(JSON.parse(JSON.stringify(document)))).toEqual({ valid: true })
    expect(validator.version).toBe('3.1')
  })

  it('a document that is not OpenAPI is refused by the test above', async () => {
    const broken = JSON.parse(JSON.stringify(document))
    broken.paths['/api/health/'].get.responses[200].description = 7
    expect((await new Validator().validate(broken)).valid).toBe(false)
  })

  it('holds every declared endpoint and nothing else', async () => {
    const declared = (await declaredEndpoints()).map(({ contract: { method, path } }) => `${method} ${path}`)
    expect(declared.length).toBeGreaterThan(20)
    expect(operations.map(({ name }) => name).sort()).toEqual(declared.sort())
  })

  it('names each operation once', () => {
    const names = operations.map(({ operationId }) => operationId)
    expect(new Set(names).size).toBe(names.length)
    expect(names.filter((name) => !/^[a-z][A-Za-z]+$/.test(name))).toEqual([])
  })

  it('every reference leads somewhere', () => {
    const references = new Set([...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map((match) => match[1] as string))
    const lost = [...references].filter((reference) => {
      return (
        reference.split('/').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], document) === undefined
      )
    })
    expect(references.size).toBeGreaterThan(20)
    expect(lost).toEqual([])
  })

  it('every path has its trailing slash, and every segment in braces a parameter', () => {
    for (const { path, parameters = [] } of operations) {
      expect(path).toMatch(/^\/.*\/$/)
      expect(parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => `{${name}}`)).toEqual(path.match(/\{\w+\}/g) ?? [])
    }
  })

  it('no field that the API never reads is asked for, and none that it needs is left out', () => {
    const required = (name: string) => [Object.keys(schemaOf(name).properties ?? {}), schemaOf(name).required]
    const schemaOf = (name: string) => document.components.schemas[name] as { properties?: object; required?: string[] }
    expect(required('DeleteAccountRequest'), 'not where the account has none').toEqual([['password'], undefined])
    expect(required('LogInRequest')).toEqual([
      ['email', 'password'],
      ['email', 'password'],
    ])
    expect(required('ChooseThemeRequest')).toEqual([['theme', 'page'], ['theme']])
    expect(required('UpdateAccountRequest')).toEqual([['name', 'phone', 'first_name', 'last_name'], undefined])
    expect(schemaOf('SignUpRequest').required).toEqual(['name', 'email', 'phone', 'password', 'confirm_password'])
  })

  it('who must log in says so, and meets 401', () => {
    for (const { name, security, responses } of operations) {
      if (security.length > 0) expect([name, Object.keys(responses)]).toEqual([name, expect.arrayContaining(['401', '503'])])
    }
  })
})
