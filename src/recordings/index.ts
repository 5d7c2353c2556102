export { type CastHeader, castLines } from './cast.ts';
export { cut, type Stretch } from './cut.ts';
export { type Frame, type FrameOptions, framesOf, type Marker } from './frames.ts';
export { RecordedStream, type StreamEvent, type StreamPiece } from './read-stream.ts';
export {
  chooseSurplus,
  type Kept,
  measureRecording,
  removeRecording,
  type Retention,
} from './retention.ts';
