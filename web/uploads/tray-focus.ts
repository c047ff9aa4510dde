/**
 * Where the focus goes from an entry of the tray that leaves it: to the next one, or the one before, and to the page
 * when there is no other. Without this it would fall back to the beginning of the document.
 */
export function focusNeighbor(item: HTMLElement): void {
  const neighbour = item.nextElementSibling ?? item.previousElementSibling;
  const target = neighbour?.querySelector<HTMLElement>('.tray-close') ?? document.getElementById('content');
  target?.focus({ preventScroll: true });
}
