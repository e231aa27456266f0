import type { ConfigFields } from '../config/document';
import type { FieldChange, Literal } from '../config/edit/fieldChange';
import { spelledField } from '../config/recipes/spelledField';

/**
 * The change that sets the key at `path`, which is written with underscores: as the file spells it where it has it,
 * else after `near` and spelled as that is (`--seq-length`, `seq-length`).
 */
export function changeBeside(
  fields: ConfigFields,
  path: readonly string[],
  value: Literal,
  near: readonly string[] | undefined,
): FieldChange {
  const written = spelledField(fields, path.join('.'));
  if (written !== undefined) return { path: written.path.split('.'), value };
  const holder = path.slice(0, -1);
  const place = spelledField(fields, holder.join('.'))?.path.split('.') ?? holder;
  const key = spelledLike(near?.at(-1) ?? '', path.at(-1) ?? '');
  return { path: [...place, key], value, ...(near && { near }) };
}

function spelledLike(example: string, key: string): string {
  if (example.startsWith('--')) return `--${key.replaceAll('_', '-')}`;
  return example.includes('-') ? key.replaceAll('_', '-') : key;
}
