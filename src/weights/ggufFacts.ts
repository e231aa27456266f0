import type { MetadataValue, TensorInfo, WeightHeader } from './weightHeader';

/** More layers than this are a slip: lists with an entry for each are not built. */
const MAX_LAYERS = 10_000;

/** Typed access to the metadata and tensors of a GGUF header. What has another type counts as absent. */
export class GgufFacts {
  /** `general.architecture`: the prefix of the model's own keys. */
  public readonly architecture: string;
  private readonly byName: ReadonlyMap<string, TensorInfo>;

  public constructor(private readonly header: WeightHeader) {
    this.architecture = this.text('general.architecture') ?? '';
    this.byName = new Map(header.tensors.map((tensor) => [tensor.name, tensor]));
  }

  /** Layers of the main stack: blocks for the prediction of further tokens come last and are not among them. */
  public get layers(): number | undefined {
    const blocks = this.count('block_count');
    const layers = (blocks ?? 0) - (this.count('nextn_predict_layers') ?? 0);
    return layers > 0 ? layers : undefined;
  }

  /** All tensors are in this file: it is no shard of several. */
  public get isWhole(): boolean {
    const shards = this.value('split.count');
    return this.byName.size > 0 && !(typeof shards === 'number' && shards > 1);
  }

  /** A figure of the architecture that is a whole number above zero: zero stands for "has none". */
  public count(key: string): number | undefined {
    const value = this.own(key);
    return isCount(value) ? value : undefined;
  }

  public number(key: string): number | undefined {
    const value = this.own(key);
    return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  }

  public flag(key: string): boolean | undefined {
    const value = this.own(key);
    return typeof value === 'boolean' ? value : undefined;
  }

  /** A text under its full key. */
  public text(key: string): string | undefined {
    const value = this.value(key);
    return typeof value === 'string' ? value : undefined;
  }

  /** A text of the architecture. */
  public ownText(key: string): string | undefined {
    return this.text(`${this.architecture}.${key}`);
  }

  /** A figure for each layer, zeros included, 1 for true; undefined where the file has one for all, or none. */
  public perLayer(key: string): readonly number[] | undefined {
    const value = this.own(key);
    if (!Array.isArray(value)) return undefined;
    const numbers = value.map((entry: unknown) => (typeof entry === 'boolean' ? Number(entry) : entry));
    const whole = numbers.filter((entry): entry is number => Number.isSafeInteger(entry));
    return whole.length === numbers.length ? whole.slice(0, this.layers) : undefined;
  }

  /** The figure of the layers that have one: a number where they agree, else the list. */
  public shared(key: string): number | readonly number[] | undefined {
    const list = this.perLayer(key);
    if (list === undefined) return this.count(key);
    const values = new Set(list.filter((entry) => entry > 0));
    if (values.size > 1) return list;
    const [value] = values;
    return value;
  }

  /** What `kind` gives for each layer, counted from 0; undefined where their number is unknown or a slip. */
  public everyLayer<T>(kind: (layer: number) => T): T[] | undefined {
    const layers = this.layers;
    if (layers === undefined || layers > MAX_LAYERS) return undefined;
    return Array.from({ length: layers }, (_, layer) => kind(layer));
  }

  public hasTensor(name: string): boolean {
    return this.byName.has(name);
  }

  /** Some layer has the tensor, such as `attn_q.bias`. */
  public hasInSomeLayer(name: string): boolean {
    return (this.everyLayer((layer) => this.byName.has(`blk.${String(layer)}.${name}`)) ?? []).includes(true);
  }

  /** Rows of a matrix: an embedding's entries. */
  public rows(name: string): number | undefined {
    const tensor = this.byName.get(name);
    return tensor?.shape.length === 2 ? tensor.shape[0] : undefined;
  }

  /** Entries of a list under its full key, kept or not. */
  public entries(key: string): number | undefined {
    const value = this.value(key);
    if (Array.isArray(value)) return value.length;
    return typeof value === 'object' && 'skipped' in value && value.skipped === 'list'
      ? value.length
      : undefined;
  }

  private own(key: string): MetadataValue | undefined {
    return this.value(`${this.architecture}.${key}`);
  }

  private value(key: string): MetadataValue | undefined {
    return Object.hasOwn(this.header.metadata, key) ? this.header.metadata[key] : undefined;
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}
