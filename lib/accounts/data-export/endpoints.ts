import { endpoint } from '../../http/endpoint.ts'
import { exportData } from './export-data.ts'

export const exportDataEndpoint = endpoint({
  method: 'GET',
  path: '/api/accounts/me/export/',
  name: 'Export',
  description: 'Everything that is kept about the account, as a file',
  access: 'authenticated',
  recentAuthentication: { page: '/settings/data' },
  run: exportData,
})
