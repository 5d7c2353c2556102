/** Events out of a stream that is cut anywhere, as the HTML standard has them. */
export class EventReader {
  #rest = '';
  #lastEventId = '';

  read(text: string): readonly { name: string; data: string; lastEventId: string }[] {
    const blocks = (this.#rest + text).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    return blocks.flatMap((block) => {
      let name = 'message';
      let data: string | undefined;
      for (const line of block.split('\n')) {
        const [field = '', value = ''] = line.split(/: ?(.*)/s, 2);
        if (field === 'event') name = value;
        if (field === 'data') data = value;
        if (field === 'id') this.#lastEventId = value;
      }
      return data === undefined ? [] : [{ name, data, lastEventId: this.#lastEventId }];
    });
  }
}
