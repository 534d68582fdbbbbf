import type { Metadata } from 'next'
import { AuthLayout } from './_ui/auth-layout.tsx'
import { pageTitle } from './_ui/page-title.ts'

export function generateMetadata(): Metadata {
  return { title: pageTitle('Page not found') }
}

export default function NotFound() {
  return (
    <AuthLayout illustration="closed">
      <h1>Page not found</h1>
      <p className="lead">If you typed the address, check it is correct. If you pasted it, check you copied all of it.</p>
      <p>
        <a className="button" href="/">
          Go to the home page
        </a>
      </p>
    </AuthLayout>
  )
}
