// Prints each event of a job as npm's eventsource tells it, one array of JSON a line.
import { EventSource } from 'eventsource';

const [url, token, last, ...types] = process.argv.slice(2);
const source = new EventSource(url, {
  fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, Authorization: `Bearer ${token}` } }),
});
for (const type of [last, ...types]) {
  source.addEventListener(type, (event) => {
    console.log(JSON.stringify([event.lastEventId, event.type, event.data]));
    if (event.type === last) source.close();
  });
}
