export function schemaDiff(provider: 'sqlite' | 'postgresql', from: string | null, to: string): Promise<string>
