import { endpoint } from '../../http/endpoint.ts'
import { exportData } from './export-data.ts'
import { exportShape } from './export-shape.ts'

export const exportDataEndpoint = endpoint({
  contract: {
    method: 'GET',
    path: '/api/accounts/me/export/',
    name: 'Export',
    description: 'Everything that is kept about the account, as a file',
    operationId: 'exportAccount',
    summary: 'Export everything kept about the account',
    tag: 'Account',
    responses: { 200: exportShape },
  },
  policy: {
    access: 'authenticated',
    sideEffects: true,
    recentAuthentication: { page: '/settings/data', status: 'download_ready' },
    throttle: { policy: 'export' },
    oneAtATime: true,
  },
  run: exportData,
})
