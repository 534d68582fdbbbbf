import pg from 'pg'

export const dynamic = 'force-dynamic'

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 })

/** One prepared query by a primary key. */
export async function GET() {
  const { rows } = await pool.query({ name: 'user', text: 'SELECT * FROM accounts_user WHERE id = $1', values: [1] })
  return Response.json({ message: rows[0]?.name ?? '' })
}
