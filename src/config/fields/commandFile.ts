const ENDING = /\.(?:sh|bash|zsh|slurm|sbatch|service|dockerfile)$|^(?:dockerfile|containerfile)(?:\.|$)/;

/** Whether a file holds commands rather than keys: a shell script, a Dockerfile, a unit of systemd. */
export function isCommandFile(name: string, text: string): boolean {
  const base = (name.split(/[/\\]/).at(-1) ?? '').toLowerCase();
  if (ENDING.test(base)) return true;
  return !base.includes('.') && /^#![^\n]{0,80}\b(?:ba|z|da)?sh\b/.test(text);
}
