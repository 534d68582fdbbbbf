'use client'

import { useEffect, useRef, useState } from 'react'
import { addTools } from './tools.ts'
import { handedOver } from './written-reference.ts'

const ID = 'api-reference'

/** In the browser what the server sent: React keeps it as it is. */
const readHtml = () => (typeof document === 'undefined' ? handedOver() : (document.getElementById(ID)?.innerHTML ?? ''))

/** The API reference, which the server renders once for all requests, and what JavaScript adds to it. */
export function Reference() {
  const root = useRef<HTMLDivElement>(null)
  const [html] = useState(readHtml)
  useEffect(() => (root.current ? addTools(root.current) : undefined), [])
  // biome-ignore lint/security/noDangerouslySetInnerHtml: lib/openapi/reference.ts escapes every value.
  return <div className="page docs" id={ID} ref={root} dangerouslySetInnerHTML={{ __html: html }} />
}
