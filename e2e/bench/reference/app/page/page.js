import { headers } from 'next/headers'

/** A page that is rendered for each request. */
export default async function Page() {
  const agent = (await headers()).get('user-agent')
  return (
    <main>
      <h1>Hello</h1>
      <p>{agent}</p>
    </main>
  )
}
