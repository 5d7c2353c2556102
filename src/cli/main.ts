import { enableCompileCache } from 'node:module';

// Without it, every start strips and compiles each file again.
enableCompileCache();

const [first, ...others] = process.argv.slice(2);
if (others.length === 0 && (first === '--version' || first === '-V')) {
  const { ownVersion } = await import('./version.ts');
  process.stdout.write(`${ownVersion()}\n`);
} else {
  const { runProgram } = await import('./run-program.ts');
  await runProgram(process.argv.slice(2));
}
