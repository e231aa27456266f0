import { toneVariables, type Tone } from './tones';

/** Colours of the editor's theme, read at run time for what is drawn on a canvas. */
export interface Theme {
  /** A resolved colour that a canvas understands. */
  colour(tone: Tone): string;
  /** The same with an opacity from 0 to 1. */
  translucent(tone: Tone, opacity: number): string;
  readonly fontFamily: string;
}

/** Reads the theme as it stands now. Variables may hold other variables or system colours: a probe resolves both. */
export function readTheme(): Theme {
  const probe = document.createElement('span');
  probe.hidden = true;
  // Where the system forces its colours, a canvas may keep its own, as the pictures beside it do.
  probe.style.setProperty('forced-color-adjust', 'none');
  document.body.append(probe);
  const resolved = new Map<string, string>();
  for (const [tone, names] of Object.entries(toneVariables)) {
    const fallback = 'currentColor';
    probe.style.color = names.reduceRight<string>((inner, name) => `var(${name}, ${inner})`, fallback);
    resolved.set(tone, getComputedStyle(probe).color);
  }
  const fontFamily = getComputedStyle(document.body).fontFamily;
  probe.remove();
  const colour = (tone: Tone) => resolved.get(tone) ?? '';
  return {
    colour,
    translucent: (tone, opacity) => withOpacity(colour(tone), opacity),
    fontFamily,
  };
}

/** `rgb(1, 2, 3)` or `rgba(1, 2, 3, 0.5)` with its opacity multiplied. */
function withOpacity(colour: string, opacity: number): string {
  const channels =
    /^rgba?\(([^)]+)\)$/
      .exec(colour)?.[1]
      ?.split(/[,/]\s*/)
      .map(Number) ?? [];
  const [red, green, blue, alpha = 1] = channels;
  if (red === undefined || green === undefined || blue === undefined) return colour;
  return `rgba(${String(red)}, ${String(green)}, ${String(blue)}, ${String(alpha * opacity)})`;
}

/** Calls back when the editor's theme changes: the body's class and theme kind say so. */
export function onThemeChange(callback: () => void): void {
  new MutationObserver(callback).observe(document.body, {
    attributes: true,
    attributeFilter: ['class', 'data-vscode-theme-kind'],
  });
}

/**
 * Outside the editor nobody sets the body's class: follows the reader's system instead, so that
 * one observer serves both hosts.
 */
export function followSystemTheme(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const forced = matchMedia('(forced-colors: active)');
  const apply = () => {
    const contrast = dark.matches ? 'vscode-high-contrast' : 'vscode-high-contrast-light';
    const plain = dark.matches ? 'vscode-dark' : 'vscode-light';
    const kind = forced.matches ? contrast : plain;
    document.body.className = kind;
    document.body.dataset['vscodeThemeKind'] = kind;
  };
  dark.addEventListener('change', apply);
  forced.addEventListener('change', apply);
  apply();
}
