import { apiDescription } from '#lib/openapi/endpoints'
import { Reference } from './reference.tsx'
import { handOver } from './written-reference.ts'

export const metadata = { title: 'API' }

export default function ApiDocsPage() {
  handOver(apiDescription().reference)
  return <Reference />
}
