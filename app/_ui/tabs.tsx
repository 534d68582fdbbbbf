/** Links to the pages of an area, the current one marked. A page below a tab's own marks it, too. */
export function Tabs({ label, path, tabs }: { label: string; path: string; tabs: readonly (readonly [href: string, name: string])[] }) {
  // A front page has the other tabs below it.
  const isFront = (href: string) => tabs.some(([other]) => other.startsWith(`${href}/`))
  const current = (href: string) => (path === href ? 'page' : !isFront(href) && path.startsWith(`${href}/`) ? 'true' : undefined)
  return (
    <nav aria-label={label}>
      <ul className="tabs">
        {tabs.map(([href, name]) => (
          <li key={href}>
            <a href={href} aria-current={current(href)}>
              {name}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}
