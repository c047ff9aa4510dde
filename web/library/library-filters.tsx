import { useLocation } from 'preact-iso';
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { SearchIcon } from '../icons/icons.tsx';
import { isShortcutKey } from '../shell/shortcut-keys.ts';
import { t } from '../texts/texts.ts';
import { libraryUrl } from './library-url.ts';
import { STATUS_FILTERS, type StatusFilter } from './status-filters.ts';

const TYPING_PAUSE_MS = 250;

interface LibraryFiltersProps {
  readonly search: string;
  readonly status: StatusFilter | null;
}

export function LibraryFilters({ search, status }: LibraryFiltersProps): VNode {
  const { route } = useLocation();
  const input = useRef<HTMLInputElement>(null);
  const select = useRef<HTMLSelectElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const apply = (): void => {
    clearTimeout(timer.current);
    const chosen = STATUS_FILTERS.find((known) => known === select.current?.value) ?? null;
    route(libraryUrl(input.current?.value.trim() ?? '', chosen), true);
  };
  const applySoon = (): void => {
    clearTimeout(timer.current);
    timer.current = setTimeout(apply, TYPING_PAUSE_MS);
  };
  useEffect(() => {
    const focusSearch = (event: KeyboardEvent): void => {
      if (event.key !== '/' || !isShortcutKey(event)) return;
      event.preventDefault();
      input.current?.focus();
    };
    addEventListener('keydown', focusSearch);
    return () => {
      removeEventListener('keydown', focusSearch);
      clearTimeout(timer.current);
    };
  }, []);
  useEffect(() => {
    // The URL was changed elsewhere, as by the back button or “Show all videos”.
    if (input.current !== null && input.current.value.trim() !== search) input.current.value = search;
  }, [search]);
  const submit = (event: Event): void => {
    event.preventDefault();
    apply();
  };
  return (
    <form class="filters" role="search" onSubmit={submit}>
      <label class="search-field">
        <span class="visually-hidden">{t.library.search}</span>
        <SearchIcon />
        <input
          ref={input}
          type="search"
          class="input"
          placeholder={t.library.search}
          defaultValue={search}
          maxLength={200}
          onInput={applySoon}
        />
      </label>
      <label class="select-field">
        <span class="visually-hidden">{t.library.status}</span>
        <select ref={select} class="input" value={status ?? ''} onChange={apply}>
          <option value="">{t.library.anyStatus}</option>
          {STATUS_FILTERS.map((one) => (
            <option key={one} value={one}>
              {t.library.statusFilters[one]}
            </option>
          ))}
        </select>
      </label>
    </form>
  );
}
