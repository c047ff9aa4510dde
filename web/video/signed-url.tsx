import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import type { Video } from '../../lambdas/contracts/api/video.ts';
import type { Playback } from '../../lambdas/contracts/playback.ts';
import { toApiProblem, type ApiProblemError } from '../api/api-problem.ts';
import { getPlayback } from '../api/operations.ts';
import { CopyButton } from '../shell/copy-button.tsx';
import { InlineError } from '../shell/error-panel.tsx';
import { format, t } from '../texts/texts.ts';

const HOUR_SECONDS = 3600;
/** Expiries beyond watching the video once, offered to users who may edit the video. */
const LONG_EXPIRIES = [86_400, 604_800] as const;
type Format = 'hls' | 'dash';

const FORMATS: readonly Format[] = ['hls', 'dash'];

/** Returns the default of `expiresInSeconds` in `lambdas/contracts/playback.ts`. */
function defaultExpirySeconds(durationMs: number | null): number {
  return Math.max((durationMs ?? 0) / 1000 + HOUR_SECONDS, 2 * HOUR_SECONDS);
}

/** Creates a URL for any player, valid long enough to watch the video once, or for a chosen time. */
export function SignedUrl({ video }: { video: Video }): VNode {
  const kind = useSignal<Format>('hls');
  const expiry = useSignal<(typeof LONG_EXPIRIES)[number] | null>(null);
  const playback = useSignal<Playback | null>(null);
  const error = useSignal<ApiProblemError | null>(null);
  const result = useRef<HTMLInputElement>(null);
  const usual = defaultExpirySeconds(video.durationMs);
  const longer = video.editable ? LONG_EXPIRIES.filter((seconds) => seconds > usual) : [];
  const make = async (): Promise<void> => {
    error.value = null;
    try {
      playback.value = await getPlayback(video.id, expiry.value);
      // The URL replaces the button that had the focus.
      requestAnimationFrame(() => result.current?.select());
    } catch (reason) {
      error.value = toApiProblem(reason);
    }
  };
  const url = playback.value === null ? null : kind.value === 'hls' ? playback.value.hlsUrl : playback.value.dashUrl;
  const chooseExpiry = (value: string): void => {
    expiry.value = longer.find((seconds) => String(seconds) === value) ?? null;
    // An existing URL does not have the selected expiry.
    playback.value = null;
  };
  return (
    <div class="share-part">
      <h3>{t.share.signedUrl}</h3>
      <p class="hint">{t.share.signedText}</p>
      <div class="share-row">
        <label>
          <span class="label">{t.share.format}</span>
          <select
            class="input"
            value={kind.value}
            onChange={(event) => (kind.value = event.currentTarget.value === 'dash' ? 'dash' : 'hls')}
          >
            {FORMATS.map((one) => (
              <option key={one} value={one}>
                {one.toUpperCase()}
              </option>
            ))}
          </select>
        </label>
        {longer.length > 0 && (
          <label>
            <span class="label">{t.share.expiry}</span>
            <select
              class="input"
              value={String(expiry.value ?? '')}
              onChange={(event) => chooseExpiry(event.currentTarget.value)}
            >
              <option value="">{format.span(usual)}</option>
              {longer.map((seconds) => (
                <option key={seconds} value={String(seconds)}>
                  {t.share.expiries[seconds]}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {url === null || playback.value === null ? (
        <button type="button" class="button" onClick={() => void make()}>
          {t.share.createUrl}
        </button>
      ) : (
        <>
          <div class="copy-row">
            <input
              ref={result}
              class="input code"
              readOnly
              value={url}
              aria-label={t.share.signedUrl}
              onFocus={(event) => event.currentTarget.select()}
            />
            <CopyButton text={url} />
          </div>
          <p class="hint" role="status">
            {t.share.validUntil(format.dateTime(playback.value.expiresAt))}
          </p>
          {playback.value.plays === 'page' && <p class="hint">{t.video.playableLater}</p>}
        </>
      )}
      <InlineError error={error.value} />
    </div>
  );
}
