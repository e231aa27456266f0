import type * as vscode from 'vscode';

/**
 * Documents that may be configs, on any file system; whether one is, its text decides. By pattern too, since the
 * editor has no language of its own for TOML, and by language for those without a name.
 */
export const configSelector: vscode.DocumentSelector = [
  { pattern: '**/*.{json,jsonc,json5,yaml,yml,toml,py}' },
  { pattern: '**/*.{sh,bash,zsh,slurm,sbatch,service,dockerfile,modelfile}' },
  { pattern: '**/{Modelfile,Dockerfile,Containerfile}*' },
  ...['json', 'jsonc', 'yaml', 'toml', 'python', 'shellscript', 'dockerfile', 'dockercompose'].map(
    (language) => ({ language }),
  ),
];
