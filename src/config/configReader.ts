/**
 * What reads and edits configs, as one module. With its parsers and the rules of a hundred architectures it is
 * several times larger than the rest of the extension host, so that it is a bundle of its own, loaded when the
 * first config is read.
 */
export { useTranslations } from '../model/translations';
export { applyEdits, withEdits } from './editConfig';
export { configUrl } from './fetch/configUrl';
export { fetchModelConfig } from './fetch/fetchModelConfig';
export { parseRepository } from './fetch/repository';
export { configMends } from '../mends/configMends';
export { inspectConfig } from './fields/inspectConfig';
export { readConfig } from './readConfig';
export { readOwnModel } from './readOwnModel';
export { reportedModel } from './reportedModel';
export { readStoredWeights } from './storedWeights';
