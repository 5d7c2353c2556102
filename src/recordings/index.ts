export { type CastHeader, castLines } from './cast.ts';
export { cut, type Stretch } from './cut.ts';
export { type Frame, type FrameOptions, framesOf, type Marker } from './frames.ts';
export { noteSize } from './note-size.ts';
export { RecordedStream, type StreamEvent, type StreamPiece } from './read-stream.ts';
export {
  chooseSurplus,
  type Kept,
  measureRecording,
  removeRecording,
  type Retention,
} from './retention.ts';
export type { ScreenFacts } from './screen-age.ts';
export { StreamTail, type TailEvent, type TailOptions } from './stream-tail.ts';
