import { zamba2Family } from './zamba2';
import { mllamaFamily } from './nestMllama';
import { nestFamily, type FamilyLookup } from './nest';
import { visionFamily } from './vision';
import { swinFamily } from './swin';
import { clipFamily, clipTextFamily } from './clip';
import { mambaFamily } from './mamba';
import { jambaFamily } from './jamba';
import { bambaFamily } from './bamba';
import { nemotronHFamily } from './nemotronH';
import { recurrentGemmaFamily } from './recurrentGemma';
import { qwen3NextFamily } from './qwen3Next';
import { lfm2Family } from './lfm2';
import { bertNomicFamily } from './bertNomic';
import { gptJFamily } from './gptJ';
import { gptNeoFamily } from './gptNeo';
import { gptNeoXFamily } from './gptNeoX';
import { phi2Family } from './phi2';
import { optFamily } from './opt';
import { bloomFamily } from './bloom';
import { falconFamily } from './falcon';
import { mptFamily } from './mpt';
import { distilbertFamily } from './distilbert';
import { albertFamily } from './albert';
import { electraFamily } from './electra';
import { debertaFamily } from './deberta';
import { modernBertFamily } from './modernBert';
import { t5Family } from './t5';
import { bartFamily } from './bart';
import { whisperFamily } from './whisper';
import { ledFamily } from './led';
import { longformerFamily } from './longformer';
import { bigBirdFamily } from './bigBird';
import { reformerFamily } from './reformer';
import { nystromformerFamily } from './nystromformer';
import { gemma3nFamily } from './gemma3n';
import { gemma4Family } from './gemma4';
import { bertFamily } from './bert';
import { decoderFamilies } from './decoderVariants';
import type { ModelFamily } from './family';
import { gpt2Family } from './gpt2';
import { chatglmFamily } from './chatglm';
import { dbrxFamily } from './dbrx';
import { qwenFamily } from './qwen';

const lookup: FamilyLookup = (modelType) => families.find((family) => family.modelTypes.includes(modelType));

export const families: readonly ModelFamily[] = [
  ...decoderFamilies,
  gemma3nFamily,
  gemma4Family,
  dbrxFamily,
  chatglmFamily,
  qwenFamily,
  gpt2Family,
  gptJFamily,
  gptNeoFamily,
  gptNeoXFamily,
  phi2Family,
  optFamily,
  bloomFamily,
  falconFamily,
  mptFamily,
  bertFamily,
  bertNomicFamily,
  distilbertFamily,
  albertFamily,
  electraFamily,
  debertaFamily,
  modernBertFamily,
  t5Family,
  bartFamily,
  whisperFamily,
  ledFamily,
  longformerFamily,
  bigBirdFamily,
  reformerFamily,
  nystromformerFamily,
  mambaFamily,
  jambaFamily,
  bambaFamily,
  zamba2Family,
  nemotronHFamily,
  recurrentGemmaFamily,
  qwen3NextFamily,
  lfm2Family,
  visionFamily,
  swinFamily,
  clipFamily,
  clipTextFamily,
  mllamaFamily(lookup),
  nestFamily(lookup),
];
