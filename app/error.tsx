'use client'

/** What a page that failed shows inside the frame of the site. */
export default function ErrorPage({ error, retry }: { error: Error & { digest?: string }; retry: () => void }) {
  return (
    <div className="page page-narrow error-page stack-loose">
      <title>Sorry, there is a problem with the service</title>
      <h1>Sorry, there is a problem with the service</h1>
      <p className="lead">Try again later. Your saved changes are safe, but what you were just doing may be lost.</p>
      <p className="row">
        <button type="button" className="button" onClick={() => retry()}>
          Try again
        </button>
        <a className="button button-secondary" href="/">
          Go to the home page
        </a>
      </p>
      {error.digest && <p className="hint">Reference: {error.digest}</p>}
    </div>
  )
}
