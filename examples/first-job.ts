// The whole way of a job as a program: session, job, execution, output.
import { openApp } from 'tmux-builder';

await using app = await openApp();
const session = await app.createSession({ name: 'my automation' });
const job = await app.addJob({
  session: session.id,
  template: 'echo_test',
  prompt: 'Hello from automation!',
});
const done = await app.executeJob(job.id);
console.log(done.status, done.outputPath);
console.log(await app.readOutput(job.id));
