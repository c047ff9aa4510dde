/**
 * Makes the controls show whether a player plays when its page returns from the back/forward cache: a browser may pause
 * the player there without an event, so that the play button would pause first.
 * https://html.spec.whatwg.org/multipage/nav-history-apis.html#dom-pagetransitionevent-persisted
 *
 * @returns a function that stops it
 */
export function syncAfterReturn(element: EventTarget & Pick<HTMLMediaElement, 'paused'>): (() => void) {
  const onPageShow = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) element.dispatchEvent(new Event(element.paused ? 'pause' : 'playing'));
  };
  addEventListener('pageshow', onPageShow);
  return () => removeEventListener('pageshow', onPageShow);
}
