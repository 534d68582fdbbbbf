/**
 * How the reference comes from the page to the component that shows it. As a property it would be sent twice, in the page and in
 * what React resumes it from; and the component, which is the browser's as well, cannot import what writes it.
 */
const store = globalThis as typeof globalThis & { latchkeyApiReference?: string }

export function handOver(html: string): void {
  store.latchkeyApiReference = html
}

export const handedOver = () => store.latchkeyApiReference ?? ''
