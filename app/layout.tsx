import type { Metadata, Viewport } from 'next'
import localFont from 'next/font/local'
import type { ReactNode } from 'react'
import { settings } from '#lib/settings'
import { chosenTheme, currentPath, flashedStatus, refusesCookies } from './_request.ts'
import { currentPrincipal } from './_session.ts'
import { AccountProvider } from './_ui/form-account.tsx'
import { Mark } from './_ui/icons.tsx'
import { LocalTimes } from './_ui/local-times.tsx'
import { statusText } from './_ui/messages.ts'
import { PostButton } from './_ui/post-button.tsx'
import { SignInLink } from './_ui/sign-in-link.tsx'
import { ThemeForm, ThemeProvider } from './_ui/theme.tsx'
import { AdminNav } from './admin/_ui/admin-nav.tsx'
import './globals.css'

// Every page carries a nonce of its own and depends on the visitor's cookies.
export const dynamic = 'force-dynamic'

const latin = localFont({
  src: '../node_modules/@fontsource-variable/bricolage-grotesque/files/bricolage-grotesque-latin-opsz-normal.woff2',
  weight: '200 800',
  variable: '--font-latin',
})
// Names from Łódź to Zürich look like the rest of the page; fetched only where such a letter stands.
const latinExtended = localFont({
  src: '../node_modules/@fontsource-variable/bricolage-grotesque/files/bricolage-grotesque-latin-ext-opsz-normal.woff2',
  weight: '200 800',
  variable: '--font-latin-ext',
  preload: false,
  adjustFontFallback: false,
  declarations: [{ prop: 'unicode-range', value: 'U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+1E00-1E9F,U+1EF2-1EFF' }],
})

export const viewport: Viewport = {
  colorScheme: 'light dark',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f7f9f6' },
    { media: '(prefers-color-scheme: dark)', color: '#0f1513' },
  ],
}

export function generateMetadata(): Metadata {
  const { APP_NAME, APP_URL } = settings()
  const description = 'Sign in, create an account, and see where you’re signed in.'
  return {
    title: { default: APP_NAME, template: `%s – ${APP_NAME}` },
    description,
    metadataBase: APP_URL,
    openGraph: { title: APP_NAME, description, siteName: APP_NAME, type: 'website' },
  }
}

export default async function RootLayout({ children }: LayoutProps<'/'>) {
  // Where the session cannot be asked, the page itself says so; the frame around it still stands.
  const signedIn = await currentPrincipal().catch(() => null)
  return (
    <AccountProvider id={signedIn?.user.id ?? null}>
      <Frame>{children}</Frame>
    </AccountProvider>
  )
}

async function Frame({ children }: { children: ReactNode }) {
  const { APP_NAME } = settings()
  const theme = await chosenTheme()
  const path = await currentPath()
  const status = statusText((await flashedStatus()) ?? '')
  return (
    <html lang="en" dir="ltr" data-theme={theme} className={`${latin.variable} ${latinExtended.variable}`}>
      <body>
        <a className="skip-link" href="#main">
          Skip to main content
        </a>
        <header className="site-header">
          <a className="brand" href="/">
            <Mark />
            {APP_NAME}
          </a>
          <nav aria-label="Account">
            <Navigation path={path.split('?')[0] ?? ''} />
          </nav>
        </header>
        <AdminNav />
        <main id="main" tabIndex={-1}>
          {(await refusesCookies()) && (
            <p className="status" role="alert">
              Your browser doesn’t accept cookies from this site. Allow them, then sign in. If you just created an account, it exists.
            </p>
          )}
          {status && (
            <p className="status" role="status">
              {status}
            </p>
          )}
          <ThemeProvider theme={theme}>{children}</ThemeProvider>
        </main>
        <footer className="site-footer">
          <p>No tracking. We only use cookies for signing in and your preferences.</p>
          <ThemeForm theme={theme} page={path} />
        </footer>
        <LocalTimes />
      </body>
    </html>
  )
}

/** Whether a page has a button to sign out besides: the admin area's navigation, and the page that asks about it. */
const hasOwnSignOut = (path: string, isStaff: boolean) => path === '/logout' || (isStaff && /^\/admin(\/|$)/.test(path))

/** Plain links, as everywhere here: each page is the server's answer to one visitor, never a copy fetched ahead. */
async function Navigation({ path }: { path: string }): Promise<ReactNode> {
  // Where the session cannot be asked, the page itself says so; the frame around it still stands.
  const signedIn = await currentPrincipal().catch(() => null)
  if (signedIn) {
    return (
      <>
        <a href="/dashboard">Dashboard</a>
        <a href="/settings/profile">Settings</a>
        {signedIn.user.isStaff && <a href="/admin">Admin</a>}
        {!hasOwnSignOut(path, signedIn.user.isStaff) && (
          <PostButton action="/api/accounts/logout/" look="nav-button">
            Sign out
          </PostButton>
        )}
      </>
    )
  }
  return (
    <>
      {path === '/' ? <SignInLink offersPasskeys={settings().PASSKEY_RP_ID !== null} /> : <a href="/login">Sign in</a>}
      <a href="/signup">Create account</a>
    </>
  )
}
