import { MediaChromeButton } from 'media-chrome/dist/media-chrome-button.js';

/** Slot of a button for the text of its tooltip. */
const SLOT = 'tooltip-content';

function showName(button: Element): void {
  if (!(button instanceof MediaChromeButton) || button.tooltipEl === null) return;
  const name = button.getAttribute('aria-label') ?? '';
  const tooltip = button.querySelector(`:scope > [slot="${SLOT}"]`) ?? document.createElement('span');
  tooltip.slot = SLOT;
  tooltip.textContent = name.charAt(0).toUpperCase() + name.slice(1);
  if (tooltip.parentNode === null) button.append(tooltip);
}

/**
 * Makes the tooltip of each button of the player its accessible name, so that a user of voice control can say what is
 * shown. The built-in tooltips differ from the names. https://www.w3.org/WAI/WCAG22/Understanding/label-in-name.html
 *
 * @returns a function that stops following the names
 */
export function showNamesAsTooltips(controller: HTMLElement): (() => void) {
  const observer = new MutationObserver((records) => {
    for (const { target } of records) if (target instanceof Element) showName(target);
  });
  observer.observe(controller, { subtree: true, attributeFilter: ['aria-label'] });
  for (const element of controller.querySelectorAll('[aria-label]')) showName(element);
  return () => observer.disconnect();
}
