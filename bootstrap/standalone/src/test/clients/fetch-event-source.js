// Follows a stream as fetch-event-source does, until it stops by itself. It was made for browsers and asks for a window.
globalThis.window = globalThis;
globalThis.document = { hidden: false, addEventListener() {}, removeEventListener() {} };

const { fetchEventSource } = await import('@microsoft/fetch-event-source');

fetchEventSource(process.argv[2], {
  openWhenHidden: true,
  onclose() {
    throw new Error('closed'); // The way to have it come back.
  },
}).catch(() => {});
