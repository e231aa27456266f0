import { isConfigError } from '../configError';
import type { ConfigDocument, ConfigField, ConfigFields } from '../document';
import { isInterpolated, resolveInterpolation } from '../recipes/interpolation';
import { fieldKindOf, isOtherNest } from './fieldKinds';
import { fieldNumber, isLiteralText, type FieldNumber } from './fieldNumber';
import type { FieldKind, LocatedField } from './locatedField';

/** Mappings in mappings that are looked into: `thinker_config.text_config.rope_parameters.full_attention` is four. */
const MAX_DEPTH = 6;

/** Mappings that are looked into, and keys of each: those of labels have tens of thousands. */
const MAX_MAPPINGS = 400;
const MAX_KEYS = 2000;

/** Characters of a mapping that is looked into below the top: a larger one is data, not a part of a model. */
const MAX_MAPPING = 200_000;

/** Fields that are told. */
export const MAX_FIELDS = 200;

/**
 * The fields of `document` that decide what attention costs, nests included, in the order of the text. `text` is
 * what the document was read from. Throws nothing.
 */
export function locateFields(document: Pick<ConfigDocument, 'fields'>, text: string): LocatedField[] {
  const walk = new Walk(text, document.fields);
  walk.visit(document.fields, []);
  return inTextOrder(walk.found);
}

/** By where they begin. */
export function inTextOrder(fields: readonly LocatedField[]): LocatedField[] {
  return [...fields].sort((one, other) => one.range.offset - other.range.offset);
}

class Walk {
  public readonly found: LocatedField[] = [];
  private mappings = 0;

  public constructor(
    private readonly text: string,
    private readonly root: ConfigFields,
  ) {}

  public visit(fields: ConfigFields, nest: readonly string[]): void {
    if (++this.mappings > MAX_MAPPINGS) return;
    const inner: ConfigField[] = [];
    let keys = 0;
    for (const field of fields.values()) {
      if (++keys > MAX_KEYS || this.found.length >= MAX_FIELDS) break;
      const kind = fieldKindOf(field.key, nest);
      const isNest = kind === undefined || !this.add(kind, field);
      if (isNest && !isOtherNest(field.key)) inner.push(field);
    }
    if (nest.length >= MAX_DEPTH) return;
    for (const field of inner) {
      const children = this.childrenOf(field);
      if (children.size > 0) this.visit(children, [...nest, field.key]);
    }
  }

  /** False for a mapping that stands for no number. */
  private add(kind: FieldKind, field: ConfigField): boolean {
    const { key, path, range, valueRange } = field;
    const number = this.numberOf(kind, field);
    if (number.state === 'unreadable' && this.childrenOf(field).size > 0) return false;
    const written = this.text.slice(valueRange.offset, valueRange.offset + valueRange.length);
    this.found.push({
      kind,
      key,
      path,
      range,
      valueRange,
      ...number,
      isLiteral: isLiteralText(written),
    });
    return true;
  }

  /** In a long text an entry that cannot be read says so when it is asked for. */
  private childrenOf(field: ConfigField): ConfigFields {
    try {
      return field.valueRange.length > MAX_MAPPING ? new Map() : field.children();
    } catch (error) {
      if (isConfigError(error)) return new Map();
      throw error;
    }
  }

  /** References to other fields are followed. */
  private numberOf(kind: FieldKind, field: ConfigField): FieldNumber {
    try {
      const value = field.value();
      if (!isInterpolated(value)) return fieldNumber(kind, field.key, value);
      const resolved = resolveInterpolation(value, field.path, this.root);
      return resolved.kind === 'value'
        ? fieldNumber(kind, field.key, resolved.value)
        : { state: 'unreadable' };
    } catch (error) {
      if (isConfigError(error)) return { state: 'unreadable' };
      throw error;
    }
  }
}
