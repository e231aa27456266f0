/**
 * A part of the page that is built anew when what it shows changes, and left alone otherwise, so that
 * a report that arrives while the run goes on takes neither focus nor open details from the reader.
 */
export interface Region {
  readonly element: HTMLElement;
  /** Rebuilds the content when `key`, compared as JSON, differs from the last one. */
  render(key: unknown, build: () => readonly Node[]): void;
}

/** Elements carry `data-key` to be found again after a rebuild. */
export function createRegion(element: HTMLElement): Region {
  let last: string | undefined;
  return {
    element,
    render(key, build) {
      // In a list, because an undefined key has no text of its own.
      const text = JSON.stringify([key]);
      if (text === last) return;
      last = text;
      const focused = focusedKey(element);
      const opened = openKeys(element);
      element.replaceChildren(...build());
      for (const details of element.querySelectorAll('details')) {
        if (opened.has(details.dataset['key'] ?? '')) details.open = true;
      }
      if (focused !== undefined) findByKey(element, focused)?.focus({ preventScroll: true });
    },
  };
}

function focusedKey(element: HTMLElement): string | undefined {
  const active = document.activeElement;
  if (active === null || !element.contains(active)) return undefined;
  return active.closest('[data-key]')?.getAttribute('data-key') ?? undefined;
}

function openKeys(element: HTMLElement): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const details of element.querySelectorAll<HTMLDetailsElement>('details[open][data-key]')) {
    keys.add(details.dataset['key'] ?? '');
  }
  return keys;
}

function findByKey(element: HTMLElement, key: string): HTMLElement | SVGElement | undefined {
  for (const candidate of element.querySelectorAll<HTMLElement | SVGElement>('[data-key]')) {
    if (candidate.dataset['key'] !== key) continue;
    return candidate instanceof HTMLDetailsElement
      ? (candidate.querySelector('summary') ?? undefined)
      : candidate;
  }
  return undefined;
}

/** A region whose content depends on the width it has; it is built anew when the width changes. */
export interface SizedRegion {
  readonly element: HTMLElement;
  render(key: unknown, build: (width: number) => readonly Node[]): void;
}

export function createSizedRegion(element: HTMLElement): SizedRegion {
  const region = createRegion(element);
  let latest: { readonly key: unknown; readonly build: (width: number) => readonly Node[] } | undefined;
  const rebuild = () => {
    const width = Math.floor(element.clientWidth);
    if (latest === undefined || width === 0) return;
    const { key, build } = latest;
    region.render([width, key], () => build(width));
  };
  let frame = 0;
  new ResizeObserver(() => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(rebuild);
  }).observe(element);
  return {
    element,
    render(key, build) {
      latest = { key, build };
      rebuild();
    },
  };
}
