import type { GraphDescription } from '../onnx/modelProto';

/**
 * The same graph with its nodes listed so that the runtime runs them as they were added, block after block.
 *
 * The runtime goes depth-first from the output, and of a node's producers it takes the one listed last first. Where
 * many blocks meet in one node it thus begins with the last block, and of a running sum it makes the terms of all
 * blocks before it adds up any: their memory is then the whole sequence's. Listed in reverse, the producer added
 * first is run first. A sum that only a later stage reads has to be reached from the chain of blocks itself, as a
 * column of the state for instance: nothing else makes it run in time.
 */
export function runInOrder(graph: GraphDescription): GraphDescription {
  return { ...graph, nodes: [...graph.nodes].reverse() };
}
