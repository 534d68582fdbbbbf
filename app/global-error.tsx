'use client'

/** Shown when even the root layout fails: it needs no style sheet and no script. */
export default function GlobalError({ error }: { error: Error & { digest?: string } }) {
  return (
    <html lang="en" dir="ltr">
      <head>
        <meta name="color-scheme" content="light dark" />
        <title>Sorry, there is a problem with the service</title>
      </head>
      <body>
        <main>
          <h1>Sorry, there is a problem with the service</h1>
          <p>Try again later. Your saved changes are safe, but what you were just doing may be lost.</p>
          <p>
            <a href="/">Go to the home page</a>
          </p>
          {error.digest && <p>Reference: {error.digest}</p>}
        </main>
      </body>
    </html>
  )
}
