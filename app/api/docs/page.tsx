import type { Metadata } from 'next'
import { apiDescription } from '#lib/openapi/endpoints'
import { pageTitle } from '../../_ui/page-title.ts'
import { Reference } from './reference.tsx'
import { handOver } from './written-reference.ts'

export function generateMetadata(): Metadata {
  return { title: pageTitle('API') }
}

export default function ApiDocsPage() {
  handOver(apiDescription().reference)
  return <Reference />
}
