import type { CostAt } from '../advisor/scaling';
import { elementBytes } from '../attention/attentionCost';
import type { AttentionMechanism, AttentionShape, MechanismParameters } from '../attention/mechanism';

/**
 * What a mechanism costs by its formulas, each length asked once: a run reports hundreds of times, in the process
 * of whoever asked, and a cost may walk over all blocks of a long sequence or build the graph of a step.
 */
export class MechanismCosts {
  private readonly known = new Map<number, CostAt>();
  private kept: { readonly elements: number | undefined } | undefined;

  public constructor(
    private readonly mechanism: AttentionMechanism,
    /** Shape at the length asked about. */
    private readonly shape: AttentionShape,
    private readonly parameters: MechanismParameters,
  ) {}

  /** Whether these are the costs of such a shape with such parameters. */
  public isOf({ dtype, n }: AttentionShape, parameters: MechanismParameters): boolean {
    return (
      dtype === this.shape.dtype &&
      n === this.shape.n &&
      JSON.stringify(parameters) === JSON.stringify(this.parameters)
    );
  }

  /** FLOPs, and the bytes that a call holds, at `n` tokens. */
  public at(n: number): CostAt {
    const known = this.known.get(n);
    if (known !== undefined) return known;
    const { flops, compulsoryBytes, workspaceBytes } = this.mechanism.cost(
      { ...this.shape, n },
      this.parameters,
    );
    const cost = { flops, bytes: compulsoryBytes + workspaceBytes };
    this.known.set(n, cost);
    return cost;
  }

  /** Elements that a layer keeps between two tokens; undefined where nothing is generated token by token. */
  public keptElements(): number | undefined {
    this.kept ??= { elements: this.countKept() };
    return this.kept.elements;
  }

  private countKept(): number | undefined {
    if (!this.shape.causal) return undefined;
    try {
      const step = this.mechanism.decode?.(this.shape, this.parameters);
      return step === undefined ? undefined : step.stateBytes / elementBytes(this.shape);
    } catch (error) {
      // It has no form for this shape, which the run says too.
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }
}
