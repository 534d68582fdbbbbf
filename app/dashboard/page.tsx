export default function Home() {
  return <h1>Latchkey</h1>
}
