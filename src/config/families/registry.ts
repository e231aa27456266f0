import { bertFamily } from './bert';
import type { ModelFamily } from './family';
import { gpt2Family } from './gpt2';
import { llamaFamily } from './llama';

export const families: readonly ModelFamily[] = [llamaFamily, gpt2Family, bertFamily];
