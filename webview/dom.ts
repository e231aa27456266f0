/** Small helpers over the DOM. Text only ever enters as text nodes. */

export type Child = Node | string | undefined | false;

/** Attributes by name; `undefined` and `false` leave the attribute out, `true` sets it empty. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

const svgNamespace = 'http://www.w3.org/2000/svg';

/** An HTML element with attributes and children. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  setAttributes(element, attributes);
  append(element, children);
  return element;
}

/** An SVG element with attributes and children. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(svgNamespace, tag);
  setAttributes(element, attributes);
  append(element, children);
  return element;
}

/** Sets, or with `undefined` and `false` removes, attributes. Inline styles would break the page's policy. */
export function setAttributes(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'style') throw new TypeError('Inline styles are not allowed: use a class.');
    if (value === undefined || value === false) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
}

function append(element: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (child !== undefined && child !== false) element.append(child);
  }
}

export function setText(element: Element, text: string): void {
  // Writing the same text again would make a live region speak again.
  if (element.textContent !== text) element.textContent = text;
}

export function show(element: HTMLElement, visible: boolean): void {
  element.hidden = !visible;
}

let identifiers = 0;

/** An id that is unique in this page, for `aria-labelledby` and the like. */
export function uniqueId(prefix: string): string {
  identifiers++;
  return `${prefix}-${String(identifiers)}`;
}
