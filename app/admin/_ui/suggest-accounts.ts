/** How many accounts are suggested. */
const MOST = 10
/** What is shorter fits too many accounts, in characters. */
const SHORTEST = 2

export interface SuggestedAccount {
  id: number
  email: string
  name: string
}

/** The accounts that words typed into a field may mean, by its owner's permission to see them; none where the server refuses. */
export async function suggestAccounts(words: string, signal: AbortSignal): Promise<SuggestedAccount[]> {
  const search = words.trim()
  if (search.length < SHORTEST || /^\d+$/.test(search)) return []
  const query = new URLSearchParams({ search, page_size: String(MOST) })
  try {
    const response = await fetch(`/api/admin/users/?${query}`, { headers: { accept: 'application/json' }, signal })
    return response.ok ? ((await response.json()) as { results: SuggestedAccount[] }).results : []
  } catch {
    return []
  }
}
