import { fieldAt, type ConfigField, type ConfigFields } from '../document';

/** References that are followed from one value: beyond this they are circular or no config. */
const MAX_LOOKUPS = 32;

/** Longest text that references may grow to: texts that repeat each other double at every step. */
const MAX_LENGTH = 4096;

export type Resolved =
  | { readonly kind: 'value'; readonly value: unknown }
  /** `reference` cannot be followed within the document. */
  | { readonly kind: 'unresolved'; readonly reference: string };

const WHOLE = /^\s*\$\{([^${}]*)\}\s*$/;
const PART = /\$\{([^${}]*)\}/;

/** Whether a value refers to another one, as OmegaConf writes it: `${model.encoder_seq_length}`. */
export function isInterpolated(value: unknown): value is string {
  return typeof value === 'string' && value.includes('${');
}

/**
 * Follows OmegaConf's references within the document: `${a.b}` from the root, `${.name}` from the mapping that
 * holds the text, one more dot for each mapping further out. What only a run can know (`${oc.env:X}`, other
 * resolvers, the keys of other files) stays unresolved, and so do circles.
 */
export function resolveInterpolation(text: string, path: string, root: ConfigFields): Resolved {
  if (text.length > MAX_LENGTH) return unresolved(text);
  let current = text;
  let base = path;
  for (let lookups = 0; lookups < MAX_LOOKUPS; lookups++) {
    const whole = WHOLE.exec(current)?.[1];
    const part = whole ?? PART.exec(current)?.[1];
    if (part === undefined) {
      return current.includes('${') ? unresolved(current) : { kind: 'value', value: current };
    }
    const target = referredField(part, base, root);
    const value = target?.value();
    if (target === undefined || value === null) return unresolved(`\${${part}}`);
    if (whole !== undefined) {
      if (!isInterpolated(value)) return { kind: 'value', value };
      current = value;
      base = target.path;
      continue;
    }
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
      return unresolved(`\${${part}}`);
    }
    current = current.replace(PART, () => String(value));
    if (current.length > MAX_LENGTH) return unresolved(`\${${part}}`);
  }
  return unresolved(text);
}

function unresolved(reference: string): Resolved {
  return { kind: 'unresolved', reference: reference.slice(0, 80) };
}

function referredField(reference: string, path: string, root: ConfigFields): ConfigField | undefined {
  const [, dots = '', name = ''] = /^(\.*)(.*)$/.exec(reference.trim()) ?? [];
  const parts = path.split('.');
  const base = dots === '' ? [] : parts.slice(0, Math.max(0, parts.length - dots.length));
  return fieldAt({ fields: root }, [...base, name].join('.'));
}
