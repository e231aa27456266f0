import type { GraphBuilder, Value } from '../onnx/graphBuilder';
import { groupSize, maskedScore, sliceRows } from './layout';
import type { AttentionShape } from './mechanism';
import { blockKeys, type WindowBlock, type WindowPattern } from './windowPlan';

/**
 * Additive masks of blocks of up to `rows` queries. A mask depends on (key − query) alone as long as the prefix is
 * out of the way, so all blocks take their columns from one strip, and blocks that look alike share a mask.
 */
export class WindowMasks {
  private readonly made = new Map<string, Value>();
  private whole: Value | undefined;

  public constructor(
    private readonly graph: GraphBuilder,
    private readonly shape: AttentionShape,
    private readonly pattern: WindowPattern,
    private readonly rows: number,
    /** Leads the names of constants, which must be unique in the graph. */
    private readonly scope: string,
  ) {}

  /** [g·rows, keys] for g query heads a key/value head; undefined where the block sees all its keys. */
  public mask(block: WindowBlock): Value | undefined {
    if (seesAll(block, this.pattern)) return undefined;
    const { start, end, prefix, first, last } = block;
    const inBand = prefixInBand(block, this.pattern);
    const place = inBand === 0 ? '' : String(start);
    const key = [end - start, prefix, start - first, last - start, place].join(':');
    const mask = this.made.get(key) ?? this.tile(this.make(block, inBand), block);
    this.made.set(key, mask);
    return mask;
  }

  private make(block: WindowBlock, inBand: number): Value {
    const { start, prefix, first } = block;
    // A causal block that begins inside the prefix has a mask of its own: its rows end at different keys.
    if (inBand > 0 && start < this.pattern.prefix) return this.written(block);
    const open = prefix + inBand;
    const band = this.cut(block, first + inBand);
    if (open === 0) return band;
    const { dtype } = this.shape;
    const zeros = this.graph.node('Expand', [
      this.graph.scalar(dtype, 0),
      this.graph.ints([block.end - start, open]),
    ]);
    return this.graph.node('Concat', [zeros, band], { attributes: { axis: 1 } });
  }

  /** The strip's rows of the block and its columns from key `from` on. */
  private cut({ start, end, last }: WindowBlock, from: number): Value {
    const { behind, ahead } = this.pattern;
    const columns = behind + this.rows + ahead;
    const strip = this.strip(columns);
    const [left, right] = [from - start + behind, last - start + behind];
    const cut = left === 0 && right === columns ? strip : sliceRows(this.graph, strip, 1, left, right);
    return end - start === this.rows ? cut : sliceRows(this.graph, cut, 0, 0, end - start);
  }

  private strip(columns: number): Value {
    const { behind, ahead } = this.pattern;
    this.whole ??= this.constant(`${this.scope}window_mask`, this.rows, columns, (row, column) => {
      const distance = column - behind - row;
      return distance <= ahead && -distance <= behind;
    });
    return this.whole;
  }

  private written(block: WindowBlock): Value {
    const { start, end, first } = block;
    const { behind, prefix } = this.pattern;
    return this.constant(
      `${this.scope}window_mask_${String(start)}`,
      end - start,
      blockKeys(block),
      (row, column) => {
        const query = start + row;
        // Columns before the range are the leading keys.
        const key = column < block.prefix ? column : first + column - block.prefix;
        return key <= query && (key < prefix || query - key <= behind);
      },
    );
  }

  private constant(
    name: string,
    rows: number,
    columns: number,
    visible: (row: number, column: number) => boolean,
  ): Value {
    const { dtype } = this.shape;
    const masked = maskedScore(dtype);
    const values = Float32Array.from({ length: rows * columns }, (_, index) =>
      visible(Math.floor(index / columns), index % columns) ? 0 : masked,
    );
    return this.graph.constant(name, dtype, [rows, columns], values);
  }

  private tile(mask: Value, block: WindowBlock): Value {
    const g = groupSize(this.shape);
    if (g === 1) return mask;
    const rows = block.end - block.start;
    const keys = blockKeys(block);
    const tiled = this.graph.node('Expand', [mask, this.graph.ints([g, rows, keys])]);
    return this.graph.node('Reshape', [tiled, this.graph.ints([g * rows, keys])]);
  }
}

/** Whether every key of the block's range is seen by all its rows. */
function seesAll(
  { start, end, first, last }: WindowBlock,
  { behind, ahead, prefix }: WindowPattern,
): boolean {
  return last - 1 - start <= ahead && end - 1 - Math.max(first, prefix) <= behind;
}

/** Keys at the start of the block's range that are seen as prefix, while the band leaves them out for some rows. */
function prefixInBand({ end, first }: WindowBlock, { behind, prefix }: WindowPattern): number {
  return end - 1 - first <= behind ? 0 : Math.max(0, prefix - first);
}
