import type { OpenByteSource } from '../weights/randomAccess';
import type { ResolveContext } from './resolve/resolution';

/** What a config is read with: the files around it and the places where models lie. */
export interface ReadContext extends ResolveContext {
  /** Opens a weight file for reading parts of it; absent where only whole texts can be read. */
  readonly openBytes?: (path: string) => Promise<OpenByteSource | undefined>;
}
