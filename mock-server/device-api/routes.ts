import type { Route } from '../http/routes.ts';
import { adminRoutes } from './admin-routes.ts';
import { createCatalogs } from './catalogs.ts';
import type { DeviceDeps } from './deps.ts';
import { deviceDownloads, deviceRoutes } from './device-routes.ts';

/** Contract A, and how to forget what it has cached. */
export function deviceApi(deps: DeviceDeps): { routes: Route[]; forget(): void } {
  const catalogs = createCatalogs(deps.store);
  const downloads = deviceDownloads(deps);
  return {
    routes: [...deviceRoutes(deps, catalogs), downloads.route, ...adminRoutes(deps, downloads)],
    forget() {
      catalogs.forget();
      downloads.forget();
    },
  };
}
