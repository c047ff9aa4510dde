import type { StatusFilter } from './status-filters.ts';

/** Returns the path of the library with a search and a filter; `search` may be empty. */
export function libraryUrl(search: string, status: StatusFilter | null): string {
  const query = new URLSearchParams();
  if (search !== '') query.set('search', search);
  if (status !== null) query.set('status', status);
  return query.size === 0 ? '/' : `/?${query.toString()}`;
}
