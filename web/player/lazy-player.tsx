import { useSignal } from '@preact/signals';
import type { ComponentType, VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import { makeLocalProblem, type ApiProblemError } from '../api/api-problem.ts';
import { ErrorPanel } from '../shell/error-panel.tsx';
import { t } from '../texts/texts.ts';
import type { PlayerProps } from './player.tsx';

/** Loaded once, and only when there is a video to play: the player is larger than everything else together. */
let loading: Promise<ComponentType<PlayerProps>> | undefined;

function loadPlayer(): Promise<ComponentType<PlayerProps>> {
  loading ??= import('./player.tsx').then(
    ({ Player }) => Player,
    (error: unknown) => {
      loading = undefined;
      throw makeLocalProblem('offline', 'The player could not be loaded.', error);
    },
  );
  return loading;
}

export function LazyPlayer(props: PlayerProps): VNode {
  const player = useSignal<{ readonly Player: ComponentType<PlayerProps> } | null>(null);
  const error = useSignal<ApiProblemError | null>(null);
  const load = (): void => {
    error.value = null;
    loadPlayer().then(
      (Player) => (player.value = { Player }),
      (reason: ApiProblemError) => (error.value = reason),
    );
  };
  useEffect(load, []);
  if (error.value !== null) return <ErrorPanel title={t.player.cannotPlay} error={error.value} onRetry={load} />;
  if (player.value !== null) return <player.value.Player {...props} />;
  return (
    <div class="poster" aria-busy="true">
      {props.posterUrl !== null && <img src={props.posterUrl} alt="" />}
    </div>
  );
}
