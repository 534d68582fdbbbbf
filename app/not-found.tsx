import { AuthLayout } from './_ui/auth-layout.tsx'

export const metadata = { title: 'Page not found' }

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
